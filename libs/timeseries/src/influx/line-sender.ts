import type { SeriesRow } from '../time-series-store.ts';
import type { InfluxClient } from './influx-client.ts';
import type { InfluxSeries } from './influx-series.ts';
import { LineEncoder } from './line-encoder.ts';
import type { Tags } from './symbol-tags.ts';

const BATCH_ROWS = 5_000;
const BATCH_CHARACTERS = 4_000_000;
/** Batches under way at a time: the server then parses one while it stores another. */
const LANES = 2;

/** Sends rows in batches. Those of one symbol go one after another, so that the last one of a key stays. */
export async function sendRows(
  client: InfluxClient,
  series: InfluxSeries,
  { rows, tagsOf }: { rows: readonly SeriesRow[]; tagsOf: (symbol: string) => Tags },
): Promise<void> {
  const encoder = new LineEncoder(series, tagsOf);
  const lanes = rows.length > BATCH_ROWS ? splitBySymbol(rows) : [rows];
  const sending = lanes.map(async (lane) => {
    for (const batch of batches(lane, encoder)) await client.write(series.definition.partitionBy, batch);
  });
  // All have ended when this fails: nothing is sent any more after the error is told.
  const failed = (await Promise.allSettled(sending)).find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

function splitBySymbol(rows: readonly SeriesRow[]): SeriesRow[][] {
  const lanes = Array.from({ length: LANES }, (): SeriesRow[] => []);
  const laneOf = new Map<string, number>();
  for (const row of rows) {
    const lane = laneOf.get(row.symbol) ?? laneOf.size % LANES;
    laneOf.set(row.symbol, lane);
    lanes[lane]?.push(row);
  }
  return lanes;
}

function* batches(rows: readonly SeriesRow[], encoder: LineEncoder): Generator<string> {
  let lines: string[] = [];
  let characters = 0;
  for (const row of rows) {
    const line = encoder.encode(row);
    if (lines.length === BATCH_ROWS || (lines.length > 0 && characters + line.length > BATCH_CHARACTERS)) {
      yield lines.join('\n');
      lines = [];
      characters = 0;
    }
    lines.push(line);
    characters += line.length + 1;
  }
  if (lines.length > 0) yield lines.join('\n');
}
