import { describe, expect, it } from '@jest/globals';
import { newSeries } from './contract/contract-series.ts';
import { extractByReads } from './extract-by-reads.ts';
import type { ReadQuery, SeriesRow } from './time-series-store.ts';

const SERIES = newSeries();
const PAGE_ROWS = 10_000;

describe('an extract by reads', () => {
  it.each([PAGE_ROWS - 1, PAGE_ROWS, 2 * PAGE_ROWS + 1])('has all of %d rows, page by page', async (count) => {
    const { read, queries } = reader(count);
    const query = { symbols: ['a'], from: 0, to: 1_000_000, columns: ['seq'] };
    for await (const chunk of extractByReads(SERIES, read, query)) {
      expect(chunk).toEqual({
        symbol: 'a',
        length: count,
        columns: { seq: Float64Array.from({ length: count }, (_, i) => i) },
      });
    }
    expect(queries).toHaveLength(Math.floor(count / PAGE_ROWS) + 1);
    expect(queries.at(-1)).toMatchObject({ symbol: 'a', from: 0, to: 1_000_000 });
  });

  it('reads nothing before it is asked, and nothing more once it is left', async () => {
    const { read, queries } = reader(10);
    const chunks = extractByReads(SERIES, read, { symbols: ['a', 'b', 'c', 'a'], columns: ['ts'] });
    expect(queries).toEqual([]);
    for await (const { symbol } of chunks) if (symbol === 'b') break;
    expect(queries.map(({ symbol }) => symbol)).toEqual(['a', 'b']);
  });

  it('passes on why a read failed', async () => {
    const read = () => Promise.reject(new Error('no'));
    await expect(extractByReads(SERIES, read, { symbols: ['a'], columns: ['ts'] }).next()).rejects.toThrow('no');
  });
});

/** A store that has so many rows of any symbol. */
function reader(count: number) {
  const queries: ReadQuery[] = [];
  const read = async (query: ReadQuery): Promise<SeriesRow[]> => {
    queries.push(query);
    const first = query.after === undefined ? 0 : Number(query.after[1]) + 1;
    const length = Math.min(query.limit, count - first);
    return Array.from({ length }, (_, i) => ({ symbol: query.symbol, ts: 1, seq: first + i }));
  };
  return { read, queries };
}
