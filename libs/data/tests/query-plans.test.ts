import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { tableRegistry } from '@quotefleet/tables';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import type { DataQuery } from '../src/index.ts';
import { relationalTable } from '../src/relational/relational-table.ts';
import { deleteSql, type SelectStatement, selectSql } from '../src/relational/select-sql.ts';
import { openOwn } from './open-own.ts';
import { onDatabase } from './tables-in.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(60_000);

const SYMBOL = '000050.SZ';
const MEMBERS_ON_A_DAY = { inDate: { through: '2026-07-06' }, outDate: { absentOr: { from: '2026-07-07' } } };

/** As many rows as a market of 5,500 companies has, made by the database itself: `s` counts symbols, `n` rows of each. */
const FILL: Record<string, string> = {
  instruments: `(symbol, name, kind, board, is_st, status)
    SELECT ${symbol('s')}, 'name', CASE WHEN s % 8 = 0 THEN 'etf' ELSE 'stock' END, 'main', false, 'listed'
    FROM generate_series(1, 7000) s`,
  quotes: `(symbol, kind, board, ts, seq, epoch, last, open, high, low, pre_close, change, change_percent, volume, amount)
    SELECT ${symbol('s')}, 'stock', 'main', 1, 1, 'e', 1, 1, 1, 1, 1, 1, random() * 20 - 10, 1, random() * 1e9
    FROM generate_series(1, 6000) s`,
  dividends: `(symbol, end_date, progress, cash_per_share, bonus_ratio, transfer_ratio, ex_date, source)
    SELECT ${symbol('s')}, ${day('n * 180')}, 'implemented', 1, 0, 0, ${day('n * 180 + 90')}, 'sim'
    FROM generate_series(1, 5500) s, generate_series(1, 30) n`,
  rights: `(symbol, ex_date, rights_ratio, rights_price, source)
    SELECT ${symbol('s')}, ${day('n * 2000')}, 0.3, 5, 'sim' FROM generate_series(1, 5500) s, generate_series(1, 3) n`,
  share_capital: `(symbol, date, total_shares, float_shares, source)
    SELECT ${symbol('s')}, ${day('n * 400')}, 1, 1, 'sim' FROM generate_series(1, 5500) s, generate_series(1, 15) n`,
  index_constituents: `(index_symbol, symbol, in_date, source)
    SELECT lpad(n::text, 6, '0') || '.SH', ${symbol('(n * 17 + s * 3) % 5500')}, ${day('n')}, 'sim'
    FROM generate_series(1, 300) n, generate_series(1, 300) s`,
  industry_members: `(taxonomy, code, symbol, in_date)
    SELECT 'sw2021', '8' || lpad((s % 500)::text, 5, '0'), ${symbol('s')}, ${day('n * 900')}
    FROM generate_series(1, 5500) s, generate_series(1, 3) n`,
  concept_members: `(code, symbol, in_date)
    SELECT 'C' || lpad(n::text, 4, '0'), ${symbol('(n * 17 + s * 3) % 5500')}, ${day('n')}
    FROM generate_series(1, 500) n, generate_series(1, 150) s`,
  income_statements: `(symbol, end_date, report_type, ann_date, source, total_revenue)
    SELECT ${symbol('s')}, ${day('n * 90')}, '1', ${day('n * 90 + 30')}, 'sim', 1
    FROM generate_series(1, 5500) s, generate_series(1, 20) n`,
  financial_summaries: `(symbol, end_date, ann_date, source)
    SELECT ${symbol('s')}, ${day('n * 90')}, ${day('n * 90 + 30')}, 'sim'
    FROM generate_series(1, 5500) s, generate_series(1, 20) n`,
  data_quality: `(symbol, date, period, expected, found, checked_at)
    SELECT ${symbol('s')}, ${day('n')}, '1m', 241, 241, 1 FROM generate_series(1, 2000) s, generate_series(1, 60) n`,
  idempotency_keys: `(client, idempotency_key, fingerprint, created_at)
    SELECT 'c' || s, 'k' || s, 'f', s FROM generate_series(1, 50000) s`,
};

/** What the service asks, and an index that must find it. */
const SHAPES: [string, string, Omit<DataQuery, 'limit'>, RegExp][] = [
  ['one instrument', 'instruments', { where: { symbol: SYMBOL } }, /instruments_pkey/],
  ['instruments of a kind', 'instruments', { where: { kind: 'etf' } }, /instruments_kind_symbol_idx/],
  [
    'instruments of a kind, a page on',
    'instruments',
    { where: { kind: 'etf', symbol: { from: SYMBOL } } },
    /instruments_kind_symbol_idx/,
  ],
  [
    'the market by its change',
    'quotes',
    { orderBy: ['changePercent'], descending: true },
    /quotes_change_percent_symbol_idx/,
  ],
  [
    'the market by its change, a page on',
    'quotes',
    { orderBy: ['changePercent'], after: [3.5, SYMBOL] },
    /quotes_change_percent_symbol_idx/,
  ],
  ['the market by its turnover', 'quotes', { orderBy: ['amount'], descending: true }, /quotes_amount_symbol_idx/],
  [
    'the strongest of the market',
    'quotes',
    { where: { changePercent: { from: 9.9 } } },
    /quotes_change_percent_symbol_idx/,
  ],
  ['dividends of a symbol', 'dividends', { where: { symbol: SYMBOL } }, /dividends_/],
  [
    'what adjusts its prices',
    'dividends',
    { where: { symbol: SYMBOL, progress: 'implemented', exDate: { through: '1995-01-01' } } },
    /dividends_symbol_ex_date_idx|dividends_pkey/,
  ],
  ['rights of a symbol', 'rights', { where: { symbol: SYMBOL, exDate: { through: '2026-07-06' } } }, /rights_pkey/],
  [
    'capital of a symbol',
    'share_capital',
    { where: { symbol: SYMBOL, date: { from: '2000-01-01' } } },
    /share_capital_pkey/,
  ],
  [
    'members of an index on a day',
    'index_constituents',
    { where: { indexSymbol: '000300.SH', ...MEMBERS_ON_A_DAY } },
    /index_constituents_pkey/,
  ],
  [
    'indices of a symbol',
    'index_constituents',
    { where: { symbol: SYMBOL } },
    /index_constituents_symbol_index_symbol_idx/,
  ],
  [
    'members of industries on a day',
    'industry_members',
    { where: { taxonomy: 'sw2021', code: { in: ['800001', '800002'] }, ...MEMBERS_ON_A_DAY } },
    /industry_members_pkey/,
  ],
  ['industries of a symbol', 'industry_members', { where: { symbol: SYMBOL } }, /industry_members_symbol_idx/],
  [
    'members of a concept on a day',
    'concept_members',
    { where: { code: 'C0007', ...MEMBERS_ON_A_DAY } },
    /concept_members_pkey/,
  ],
  ['concepts of a symbol', 'concept_members', { where: { symbol: SYMBOL } }, /concept_members_symbol_idx/],
  [
    'reports of a symbol as of a day',
    'income_statements',
    { where: { symbol: SYMBOL, reportType: '1', annDate: { through: '2026-07-06' } } },
    /income_statements_pkey/,
  ],
  [
    'reports of some periods',
    'income_statements',
    { where: { symbol: SYMBOL, endDate: { from: '1992-01-01', through: '1992-12-31' } } },
    /income_statements_pkey/,
  ],
  [
    'summaries of a symbol',
    'financial_summaries',
    { where: { symbol: SYMBOL, annDate: { through: '2026-07-06' } } },
    /financial_summaries_pkey/,
  ],
  [
    'the quality of a symbol',
    'data_quality',
    { where: { symbol: SYMBOL, date: { from: '1991-01-01' } } },
    /data_quality_pkey/,
  ],
  ['the quality of a day', 'data_quality', { where: { date: '1991-01-10' } }, /data_quality_date_symbol_idx/],
  [
    'an answer to be given again',
    'idempotency_keys',
    { where: { client: 'c7', idempotencyKey: 'k7' } },
    /idempotency_keys_pkey/,
  ],
];

describeWith('postgres', 'the plans of relational queries', (servers) => {
  const database = isolatedDatabase(servers);
  const registry = tableRegistry();

  beforeAll(async () => {
    const data = openOwn(database.url, registry);
    await data.prepare();
    await data.close();
    for (const [table, rows] of Object.entries(FILL))
      await onDatabase(database.url, `INSERT INTO own.${table} ${rows}`);
    await onDatabase(database.url, 'ANALYZE');
  }, 120_000);

  async function planOf({ text, values }: SelectStatement): Promise<string> {
    const { rows } = await onDatabase(database.url, `EXPLAIN ${text}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }
  const tableOf = (name: string) => relationalTable('own', registry.get(name));

  it.each(SHAPES)('find %s by an index', async (_, table, query, index) => {
    const plan = await planOf(selectSql(tableOf(table), { ...query, limit: 100 }));
    expect(plan).toMatch(index);
    expect(plan).not.toContain('Seq Scan');
  });

  it.each([
    ['the market by its change', 'quotes', { orderBy: ['changePercent'], after: [3.5, SYMBOL] }],
    ['instruments of a kind', 'instruments', { where: { kind: 'etf' }, after: [SYMBOL] }],
    ['concepts', 'concept_members', { after: ['C0007', SYMBOL, '1991-01-01'] }],
  ])('page through %s without sorting it', async (_, table, query) => {
    const plan = await planOf(selectSql(tableOf(table), { ...query, limit: 100 }));
    expect(plan).not.toMatch(/Sort|Seq Scan/);
  });

  it('find answers that are old enough to be forgotten by an index', async () => {
    const plan = await planOf(deleteSql(tableOf('idempotency_keys'), { createdAt: { before: 100 } }));
    expect(plan).toMatch(/idempotency_keys_created_at_idx/);
  });

  describe('of names that begin with a text', () => {
    it('use an index, whatever characters it has', async () => {
      const plan = await planOf(
        selectSql(tableOf('instruments'), { where: { symbol: { startsWith: '00005' } }, limit: 10 }),
      );
      expect(plan).toMatch(/instruments_pkey/);
      expect(plan).not.toContain('Seq Scan');
    });
  });
});

function symbol(number: string): string {
  return `lpad((${number})::text, 6, '0') || '.SZ'`;
}

function day(days: string): string {
  return `date '1991-01-01' + (${days})`;
}
