import { describe, expect, it } from '@jest/globals';
import { rowSchema, tableRegistry } from '@quotefleet/tables';
import { BASKETS } from '../daily/baskets.ts';
import { dailyHistory } from '../daily/daily-history.ts';
import { INDEX_LIST, STOCKS } from '../universe.ts';
import type { ReferenceRow } from './reference-rows.ts';
import { simReference } from './sim-reference.ts';

const WINDOW = { seed: 1, from: '2025-11-20', to: '2026-11-20' };
const REVIEW = '2026-06-15';

function tablesOf(window: typeof WINDOW): Map<string, ReferenceRow[]> {
  const tables = new Map<string, ReferenceRow[]>();
  for (const { table, rows } of simReference(window)) tables.set(table, [...(tables.get(table) ?? []), ...rows]);
  return tables;
}

describe('simReference', () => {
  const tables = tablesOf(WINDOW);
  const { actions } = dailyHistory(WINDOW);
  const rowsOf = (table: string) => tables.get(table) ?? [];
  const sinceOf = new Map([...STOCKS, ...INDEX_LIST].map(({ symbol, since }) => [symbol, since]));

  it('gives rows that the registry accepts, each key once', () => {
    expect(tables.size).toBe(19);
    for (const [name, rows] of tables) {
      const definition = tableRegistry().get(name);
      const schema = rowSchema(definition);
      for (const row of rows) schema.parse(row);
      const keys = new Set(rows.map((row) => definition.key.map((column) => row[column]).join(' ')));
      expect([name, keys.size]).toEqual([name, rows.length]);
    }
  });

  it('stays small', () => {
    const count = [...tables.values()].reduce((sum, rows) => sum + rows.length, 0);
    expect(count).toBeGreaterThan(10_000);
    expect(count).toBeLessThan(30_000);
  });

  it('gives other rows for another seed', () => {
    const other = [...simReference({ ...WINDOW, from: WINDOW.to, seed: 2 })].find(({ table }) => table === 'dividends');
    expect(rowsOf('dividends')).not.toContainEqual(other?.rows[0]);
  });

  it('gives the same rows in any range, and tells nothing before its day', () => {
    const earlier = tablesOf({ ...WINDOW, from: '2026-03-02', to: '2026-05-29' });
    for (const [name, rows] of earlier) {
      const changes = name === 'index_constituents' || name === 'concept_members';
      const all = new Set(rowsOf(name).map((row) => JSON.stringify(row)));
      for (const row of rows) {
        for (const column of ['annDate', 'publishDate', 'inDate', 'outDate', 'listDate']) {
          const isLater =
            name !== 'dividends' || column === 'annDate' ? String(row[column] ?? '') > '2026-05-29' : false;
          if (isLater) throw new Error(`${name} ${column}: ${JSON.stringify(row)}`);
        }
        if (!changes && !all.has(JSON.stringify(row))) throw new Error(`${name} changed: ${JSON.stringify(row)}`);
      }
    }
    expect(earlier.get('financial_summaries')?.length).toBeGreaterThan(4 * 200);
  });

  it('has one implemented dividend for every ex-date of the daily history', () => {
    const implemented = rowsOf('dividends').filter(({ progress }) => progress === 'implemented');
    const terms = implemented
      .filter(({ exDate }) => String(exDate) <= WINDOW.to)
      .map((row) => [row.symbol, row.exDate, row.cashPerShare, Number(row.bonusRatio) + Number(row.transferRatio)]);
    const expected = actions.map((action) => [action.symbol, action.exDate, action.cashPerShare, action.bonusRatio]);
    expect(terms.map(String).sort()).toEqual(expected.map(String).sort());
    expect(tables.has('rights')).toBe(actions.some(({ rightsRatio }) => rightsRatio > 0));
    const proposedOn = new Map(
      rowsOf('dividends')
        .filter(({ progress }) => progress === 'proposed')
        .map((row) => [`${row.symbol} ${row.endDate}`, String(row.annDate)]),
    );
    for (const { symbol, endDate, annDate, recordDate, exDate } of implemented) {
      const days = [endDate, proposedOn.get(`${symbol} ${endDate}`), annDate, recordDate, exDate].map(String);
      expect(days).toEqual([...new Set(days)].sort());
    }
  });

  it('changes the share capital on the ex-dates of bonus shares', () => {
    const bonuses = actions.filter(({ bonusRatio }) => bonusRatio > 0);
    const bySymbol = Map.groupBy(rowsOf('share_capital'), ({ symbol }) => String(symbol));
    expect([...bySymbol.keys()].sort()).toEqual(STOCKS.map(({ symbol }) => symbol).sort());
    for (const { symbol, exDate, bonusRatio } of bonuses) {
      const own = bySymbol.get(symbol) ?? [];
      const at = own.findIndex(({ date }) => date === exDate);
      const growth = Number(own[at]?.totalShares) / Number(own[at - 1]?.totalShares);
      expect(growth).toBeCloseTo(1 + bonusRatio, 6);
    }
    for (const { totalShares, floatShares, freeFloatShares } of rowsOf('share_capital')) {
      expect(Number(floatShares)).toBeLessThanOrEqual(Number(totalShares));
      expect(Number(freeFloatShares)).toBeLessThanOrEqual(Number(floatShares));
    }
  });

  it('has members only while they and their index are listed', () => {
    for (const name of ['index_constituents', 'industry_members', 'concept_members']) {
      for (const { indexSymbol, symbol, inDate, outDate } of rowsOf(name)) {
        const since = [sinceOf.get(String(symbol)) ?? '9999', sinceOf.get(String(indexSymbol)) ?? ''].sort()[1] ?? '';
        expect(String(inDate) >= since && String(inDate) < String(outDate ?? '9999')).toBe(true);
      }
    }
  });

  it('weighs the members of an index to a hundred and exchanges some at reviews', () => {
    const rows = rowsOf('index_constituents');
    const current = Map.groupBy(
      rows.filter(({ outDate }) => outDate === undefined),
      ({ indexSymbol }) => String(indexSymbol),
    );
    expect(current.size).toBe(INDEX_LIST.length);
    for (const [index, members] of current) {
      expect(members.reduce((sum, { weight }) => sum + Number(weight), 0)).toBeCloseTo(100, 1);
      const basket = new Set(BASKETS.get(index)?.members.map(({ symbol }) => symbol));
      expect(members.length).toBe(basket.size);
      expect(members.filter(({ symbol }) => !basket.has(String(symbol))).length).toBeLessThanOrEqual(2);
    }
    const on = (column: string) =>
      rows.filter((row) => row.indexSymbol === '000300.SH' && row[column] === REVIEW).map(({ symbol }) => symbol);
    expect([on('inDate').length, on('outDate').length]).toEqual([1, 1]);
  });

  it('has every stock in one industry of each level, and parents that exist', () => {
    const industries = new Map(rowsOf('industries').map((row) => [row.code, row]));
    expect([...industries.values()].filter(({ level }) => level === 1)).toHaveLength(31);
    const bySymbol = Map.groupBy(rowsOf('industry_members'), ({ symbol }) => symbol);
    expect(bySymbol.size).toBe(STOCKS.length);
    for (const members of bySymbol.values()) {
      const [first, second] = members.map(({ code }) => industries.get(String(code)));
      expect([members.length, first?.level, second?.level, second?.parent]).toEqual([2, 1, 2, first?.code]);
    }
  });

  it('lists futures until their last day', () => {
    const alive = rowsOf('contracts').filter(({ lastTradeDate }) => String(lastTradeDate) >= WINDOW.to);
    expect(alive.map(({ symbol }) => symbol).filter((symbol) => String(symbol).startsWith('IF'))).toEqual([
      'IF2611.CFFEX',
      'IF2612.CFFEX',
      'IF2703.CFFEX',
      'IF2706.CFFEX',
    ]);
  });

  it('opens on any date of the calendar', () => {
    for (const [from, to] of [
      ['1991-01-02', '1991-07-01'],
      ['2019-07-22', '2019-07-22'],
      ['2026-12-01', '2026-12-31'],
    ]) {
      const batches = [...simReference({ seed: 1, from: from ?? '', to: to ?? '' })];
      expect(batches.every(({ rows }) => rows.length > 0)).toBe(true);
    }
    expect(() => [...simReference({ seed: 1, from: '2026-01-06', to: '2026-01-05' })]).toThrow('expected a first date');
  });
});
