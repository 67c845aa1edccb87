import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tableRegistry } from '@quotefleet/tables';
import fc from 'fast-check';
import type { DataManager, DataRow } from '../../src/index.ts';
import { generatedRows } from './generated-rows.ts';
import { RowModel } from './row-model.ts';

const PREPARE_TIMEOUT_MS = 120_000;
const RUNS = 4;

/**
 * What a DataManager does with every table of the registry, whatever database it lives in.
 *
 * @param open a manager over empty databases
 */
export function describeData(open: () => DataManager): void {
  const { all } = tableRegistry();
  let data: DataManager;

  beforeAll(async () => {
    data = open();
    await data.prepare();
  }, PREPARE_TIMEOUT_MS);
  afterAll(() => data?.close());

  it('has nothing left to plan once it is prepared', async () => {
    expect(await data.plan()).toEqual([]);
    await data.prepare();
  });

  it.each(all.map(({ name }) => name))('gives back every row of %s as it was saved, and counts them', async (name) => {
    const table = data.registry.get(name);
    const model = new RowModel(table);
    const property = fc.asyncProperty(generatedRows(table), async (rows) => {
      expect(await data.save(name, rows)).toEqual(model.save(rows));
      expect(model.sorted(await loadAll(data, name, model.rows))).toEqual(model.rows);
    });
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
    expect(await data.save(name, model.rows)).toEqual({ inserted: 0, amended: 0, unchanged: model.rows.length });
  });

  describe('a series', () => {
    const bars = Array.from({ length: 5 }, (_, minute) => bar(minute));

    beforeAll(() => data.save('bars_1m', bars));

    it('is read between bounds of time, forwards and backwards, and from a place on', async () => {
      const [, second, third, fourth, fifth] = bars.map(({ ts }) => ts);
      const load = async (query: object) => {
        const rows = await data.load('bars_1m', { where: { symbol: SYMBOL }, limit: 10, ...query });
        return rows.map(({ ts }) => ts);
      };
      const during = (ts: object | number) => load({ where: { symbol: SYMBOL, ts } });
      expect(await during({ from: second, before: fourth })).toEqual([second, third]);
      expect(await during({ from: second, through: fourth })).toEqual([second, third, fourth]);
      expect(await during({ through: fourth, before: fourth, from: third })).toEqual([third]);
      expect(await during(Number(third))).toEqual([third]);
      expect(await load({ descending: true, limit: 2 })).toEqual([fifth, fourth]);
      expect(await load({ after: [third] })).toEqual([fourth, fifth]);
      expect(await load({ after: [third], descending: true, limit: 1 })).toEqual([second]);
    });

    it('of another symbol, or of an SQL fragment, is empty', async () => {
      for (const symbol of ['688981.SH', "' OR 1=1 --", "600000.SH'; DROP TABLE market.bars_1m; --"])
        expect(await data.load('bars_1m', { where: { symbol }, limit: 10 })).toEqual([]);
      expect(await data.load('bars_1m', { where: { symbol: SYMBOL }, limit: 10 })).toHaveLength(5);
    });

    it('stores no row where one does not fit', async () => {
      const rows = [bar(10), { ...bar(11), close: '5' }, bar(12)];
      await expect(data.save('bars_1m', rows)).rejects.toThrow(/^bars_1m row 1, close: expected a finite number/);
      expect(await data.load('bars_1m', { where: { symbol: SYMBOL }, limit: 100 })).toHaveLength(5);
    });
  });
}

const SYMBOL = '600000.SH';

function bar(minute: number): DataRow {
  const ts = Date.UTC(2026, 6, 8, 1, 31 + minute);
  const prices = { open: 10, high: 11, low: 9, close: 10.5 };
  return { symbol: SYMBOL, ts, ...prices, volume: 100 + minute, amount: 1050, final: true, source: 'test' };
}

/** All rows of a table: of a series by the symbols of what it should hold. */
async function loadAll(data: DataManager, name: string, expected: readonly DataRow[]): Promise<DataRow[]> {
  const limit = 1000;
  if (data.registry.get(name).partition === undefined) return data.load(name, { limit });
  const symbols = [...new Set(expected.map(({ symbol }) => String(symbol)))];
  return (await Promise.all(symbols.map((symbol) => data.load(name, { where: { symbol }, limit })))).flat();
}
