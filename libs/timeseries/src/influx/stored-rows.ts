import type { SeriesRow } from '../time-series-store.ts';
import type { InfluxClient } from './influx-client.ts';
import type { InfluxSeries } from './influx-series.ts';
import { timeCondition } from './point-time.ts';
import { SHARD_MS } from './retention-policies.ts';
import { decodeRows } from './row-decoder.ts';
import { chunksOf, groupBy, Parameters, SYMBOLS_PER_STATEMENT, selectFrom } from './statements.ts';

const STATEMENTS_PER_REQUEST = 100;

/** Hands over the stored rows among which those of the same keys are, if there are any. */
export async function readStored(
  client: InfluxClient,
  series: InfluxSeries,
  { rows, onRow }: { rows: readonly SeriesRow[]; onRow: (stored: SeriesRow) => void },
): Promise<void> {
  const ranges = [...rangesOf(rows, SHARD_MS[series.definition.partitionBy]).values()].flatMap(
    ({ symbols, ...range }) => chunksOf(symbols, SYMBOLS_PER_STATEMENT).map((chunk) => ({ symbols: chunk, ...range })),
  );
  for (const chunk of chunksOf(ranges, STATEMENTS_PER_REQUEST)) {
    const parameters = new Parameters();
    const statements = chunk.map(({ symbols, from, to }) => {
      const condition = `${parameters.anyOf('symbol', symbols)}${timeCondition({ from, to })}`;
      return `${selectFrom(series)} WHERE ${condition}${groupBy(['symbol', ...series.groupTags])}`;
    });
    await client.query({ text: statements.join(';'), params: parameters.values }, (answer) => {
      for (const row of decodeRows(series, undefined, answer)) onRow(row);
    });
  }
}

interface Range {
  symbols: string[];
  from: number;
  to: number;
}

/** The times of each symbol, cut where nothing is wanted for as long as a shard; symbols of the same range together. */
function rangesOf(rows: readonly SeriesRow[], longestGapMs: number): Map<string, Range> {
  const times = new Map<string, number[]>();
  for (const { symbol, ts } of rows) {
    const known = times.get(symbol);
    if (known) known.push(ts);
    else times.set(symbol, [ts]);
  }
  const ranges = new Map<string, Range>();
  for (const [symbol, unsorted] of times) {
    const sorted = unsorted.sort((a, b) => a - b);
    let from = sorted[0] ?? 0;
    for (const [i, ts] of sorted.entries()) {
      const next = sorted[i + 1];
      if (next !== undefined && next - ts <= longestGapMs) continue;
      const known = ranges.get(`${from} ${ts}`);
      if (known) known.symbols.push(symbol);
      else ranges.set(`${from} ${ts}`, { symbols: [symbol], from, to: ts + 1 });
      from = next ?? from;
    }
  }
  return ranges;
}
