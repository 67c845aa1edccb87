import { describe, expect, it } from '@jest/globals';
import { tableRegistry } from '../src/index.ts';

/** The classes of data, by where they live. */
const PLACES = {
  'market in timeseries': [
    'ticks',
    'trades',
    'bars_1m',
    'bars_5m',
    'bars_15m',
    'bars_30m',
    'bars_60m',
    'depth',
    'level2_snapshots',
    'index_quotes',
  ],
  'market in relational': ['bars_1d', 'bars_1w', 'bars_1mo', 'quotes'],
  'reference in relational': [
    'instruments',
    'contracts',
    'index_constituents',
    'trade_calendar',
    'industries',
    'industry_members',
    'concepts',
    'concept_members',
    'dividends',
    'rights',
    'share_capital',
    'shareholders',
    'market_rules',
    'financial_summaries',
    'balance_sheets',
    'income_statements',
    'cash_flows',
    'macro_gdp',
    'macro_cpi',
    'macro_ppi',
    'macro_pmi',
    'macro_m2',
    'macro_lpr',
  ],
  'derived in relational': ['indicators', 'factors', 'model_outputs', 'signals', 'backtest_results', 'risk_metrics'],
  'transaction in relational': ['orders', 'fills', 'positions', 'funds', 'fund_flow'],
  'meta in relational': [
    'source_status',
    'schedules',
    'strategy_parameters',
    'system_config',
    'user_config',
    'data_quality',
    'idempotency_keys',
  ],
};

describe('the registry that comes with the platform', () => {
  const tables = tableRegistry().all;

  it.each(Object.entries(PLACES))('has the tables of %s', (place, names) => {
    const found = tables.filter((table) => `${table.class} in ${table.target}` === place);
    expect(found.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it('has daily bars in partitions, and every row of market data say where it came from', () => {
    expect(tableRegistry().get('bars_1d').partition).toBe('year');
    const market = tables.filter((table) => table.class === 'market' && table.partition !== undefined);
    const silent = market.filter(({ columns }) => !columns.some(({ name }) => name === 'source'));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('tags every time series by exchange, board and kind', () => {
    for (const table of tables.filter(({ target }) => target === 'timeseries'))
      expect([table.name, table.tags]).toEqual([table.name, ['exchange', 'board', 'kind']]);
  });

  it('lets all trades of one millisecond survive', () => {
    for (const name of ['ticks', 'trades', 'depth', 'level2_snapshots', 'index_quotes'])
      expect(tableRegistry().get(name).key).toEqual(['symbol', 'ts', 'seq']);
  });

  it('is owned by services of the fleet', () => {
    expect([...new Set(tables.map(({ owner }) => owner))].sort()).toEqual(['analytics', 'market-data']);
  });
});
