import type { SeriesRow } from '../time-series-store.ts';
import type { InfluxClient } from './influx-client.ts';
import type { InfluxSeries } from './influx-series.ts';
import { timeCondition } from './point-time.ts';
import { SHARD_MS } from './retention-policies.ts';
import { decodeRows } from './row-decoder.ts';
import { compareKeys } from './row-key.ts';
import { chunksOf, groupBy, Parameters, SYMBOLS_PER_STATEMENT, selectFrom } from './statements.ts';

/**
 * The newest row of each symbol that has one. First looks at the last shards alone, where that of nearly every symbol
 * is: the server opens every shard of the range that is asked for.
 */
export async function latestRows(
  client: InfluxClient,
  series: InfluxSeries,
  symbols: readonly string[],
): Promise<SeriesRow[]> {
  const recent = Date.now() - SHARD_MS[series.definition.partitionBy];
  const newest = await newestSince(client, series, [...new Set(symbols)], recent);
  const missing = [...new Set(symbols)].filter((symbol) => !newest.has(symbol));
  const older = await newestSince(client, series, missing, undefined);
  return [...newest.values(), ...older.values()];
}

async function newestSince(
  client: InfluxClient,
  series: InfluxSeries,
  symbols: readonly string[],
  from: number | undefined,
): Promise<Map<string, SeriesRow>> {
  const newest = new Map<string, SeriesRow>();
  for (const chunk of chunksOf(symbols, SYMBOLS_PER_STATEMENT)) {
    const parameters = new Parameters();
    const condition = `${parameters.anyOf('symbol', chunk)}${timeCondition({ from })}`;
    const groups = groupBy(['symbol', ...series.groupTags]);
    const text = `${selectFrom(series)} WHERE ${condition}${groups} ORDER BY time DESC LIMIT 1`;
    await client.query({ text, params: parameters.values }, (answer) => {
      for (const row of decodeRows(series, undefined, answer)) {
        const known = newest.get(row.symbol);
        if (!known || compareKeys(series.definition, row, known) > 0) newest.set(row.symbol, row);
      }
    });
  }
  return newest;
}
