import type { SymbolRange } from '../time-series-store.ts';
import type { InfluxClient } from './influx-client.ts';
import { quoteName, toTag } from './influx-names.ts';
import { type InfluxSeries, maskField } from './influx-series.ts';
import { timeCondition } from './point-time.ts';

const DAY_MS = 86_400_000;

export async function removeRows(
  client: InfluxClient,
  { definition }: InfluxSeries,
  { symbol, from, to }: SymbolRange,
): Promise<void> {
  if (from >= to) return;
  const text = `DELETE FROM ${quoteName(definition.name)} WHERE "symbol" = $symbol${timeCondition({ from, to })}`;
  await client.queryAll({ text, params: { symbol: toTag(symbol) } });
}

/** Deletes the rows that are past the retention of their series; answers a line for each series that had any. */
export async function retireRows(
  client: InfluxClient,
  series: readonly InfluxSeries[],
  now: number,
): Promise<string[]> {
  const retired: string[] = [];
  for (const { definition, source } of series) {
    const { name, retentionDays } = definition;
    if (retentionDays === undefined) continue;
    const cut = now - retentionDays * DAY_MS;
    const past = timeCondition({ to: cut }).replace(' AND ', ' WHERE ');
    const [counted] = await client.queryAll({ text: `SELECT count(${quoteName(maskField(0))}) FROM ${source}${past}` });
    if (counted === undefined) continue;
    await client.queryAll({ text: `DELETE FROM ${quoteName(name)}${past}` });
    retired.push(`${name}: ${counted.values[0]?.[1]} rows before ${new Date(cut).toISOString()}`);
  }
  return retired;
}
