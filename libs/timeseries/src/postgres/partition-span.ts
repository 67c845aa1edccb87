import { isTime } from '../row-check.ts';
import type { SeriesDefinition } from '../time-series-store.ts';

/** Half-open, ms since epoch UTC; `suffix` names the partition. */
export interface PartitionSpan {
  from: number;
  to: number;
  suffix: string;
}

/** Days are cut at midnight in Shanghai, UTC+8 at all times: the daylight saving of 1986-1991 moves no boundary. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const SUFFIX_LENGTH = { day: 'YYYY-MM-DD'.length, month: 'YYYY-MM'.length, year: 'YYYY'.length };

/** The partition a time belongs to; undefined for what is no time, or one outside the years 1600 to 9998. */
export function partitionSpan(ts: number, partitionBy: SeriesDefinition['partitionBy']): PartitionSpan | undefined {
  if (!isTime(ts)) return undefined;
  const local = new Date(ts + SHANGHAI_OFFSET_MS);
  const year = local.getUTCFullYear();
  const month = local.getUTCMonth();
  const day = local.getUTCDate();
  const suffix = `p${local.toISOString().slice(0, SUFFIX_LENGTH[partitionBy]).replaceAll('-', '')}`;
  if (partitionBy === 'day') return { from: startMs(year, month, day), to: startMs(year, month, day + 1), suffix };
  if (partitionBy === 'month') return { from: startMs(year, month, 1), to: startMs(year, month + 1, 1), suffix };
  return { from: startMs(year, 0, 1), to: startMs(year + 1, 0, 1), suffix };
}

function startMs(year: number, month: number, day: number): number {
  return Date.UTC(year, month, day) - SHANGHAI_OFFSET_MS;
}
