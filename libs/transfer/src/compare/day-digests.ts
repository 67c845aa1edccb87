import { createHash, type Hash } from 'node:crypto';
import { type TradeDate, toTradeDate } from '@quotefleet/domain';
import type { SeriesDefinition } from '@quotefleet/timeseries';
import { daysSpan } from '../day.ts';
import { type RowSource, readPages, type SourceQuery } from '../row-source.ts';
import { canonicalRow } from './canonical-row.ts';

/** What a symbol's rows of one day come to. */
export interface DayDigest {
  day: TradeDate;
  rows: number;
  /** SHA-256 of the canonical rows in the order of their key, hex. */
  sha256: string;
}

/** The days that a symbol has rows of, oldest first. */
export async function* dayDigests(
  source: RowSource,
  definition: SeriesDefinition,
  query: SourceQuery,
): AsyncGenerator<DayDigest> {
  let current: { day: TradeDate; end: number; rows: number; hash: Hash } | undefined;
  for await (const page of readPages(source, definition, query)) {
    for (const row of page) {
      if (!current || row.ts >= current.end) {
        if (current) yield close(current);
        const day = toTradeDate(row.ts);
        current = { day, end: daysSpan(day).to, rows: 0, hash: createHash('sha256') };
      }
      current.rows += 1;
      current.hash.update(`${canonicalRow(definition, row)}\n`);
    }
  }
  if (current) yield close(current);
}

function close({ day, rows, hash }: { day: TradeDate; rows: number; hash: Hash }): DayDigest {
  return { day, rows, sha256: hash.digest('hex') };
}
