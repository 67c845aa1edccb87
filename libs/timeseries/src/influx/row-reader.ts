import type { ReadQuery, SeriesRow } from '../time-series-store.ts';
import type { InfluxClient } from './influx-client.ts';
import { toTag } from './influx-names.ts';
import type { InfluxSeries } from './influx-series.ts';
import { timeCondition } from './point-time.ts';
import { decodeRows } from './row-decoder.ts';
import { checkPlace, compareKeys, compareToPlace } from './row-key.ts';
import { groupBy, selectFrom } from './statements.ts';

/**
 * Rows of one symbol. Within a group they lie in the order of the key, those of several groups are merged here: so the
 * limit holds for each group, and the millisecond of `after` is read whole.
 */
export async function readRows(client: InfluxClient, series: InfluxSeries, query: ReadQuery): Promise<SeriesRow[]> {
  const { definition } = series;
  const { symbol, order = 'asc', after, limit } = query;
  if (after !== undefined) checkPlace(definition, after);
  if (limit < 1) return [];
  const answer = await client.queryAll({
    text: statements(series, query).join(';'),
    params: { symbol: toTag(symbol) },
  });
  const sign = order === 'asc' ? 1 : -1;
  const rows = answer.flatMap((one) => decodeRows(series, symbol, one));
  const past = after === undefined ? rows : rows.filter((row) => compareToPlace(definition, row, after) * sign > 0);
  if (answer.length > 1) past.sort((a, b) => compareKeys(definition, a, b) * sign);
  return past.slice(0, limit);
}

function statements(series: InfluxSeries, { from, to, order = 'asc', after, limit }: ReadQuery): string[] {
  const direction = `ORDER BY time ${order}`;
  if (after === undefined) return [`${select(series, { from, to })} ${direction} LIMIT ${limit}`];
  const ts = Number(after[0]);
  const rest = order === 'asc' ? { from: later(from, ts + 1), to } : { from, to: earlier(to, ts) };
  const moment = { from: later(from, ts), to: earlier(to, ts + 1) };
  return [
    ...(series.groupTags.length > 0 ? [`${select(series, moment)} ${direction}`] : []),
    `${select(series, rest)} ${direction} LIMIT ${limit}`,
  ];
}

function select(series: InfluxSeries, range: { from?: number | undefined; to?: number | undefined }): string {
  return `${selectFrom(series)} WHERE "symbol" = $symbol${timeCondition(range)}${groupBy(series.groupTags)}`;
}

function later(a: number | undefined, b: number): number {
  return Math.max(a ?? b, b);
}

function earlier(a: number | undefined, b: number): number {
  return Math.min(a ?? b, b);
}
