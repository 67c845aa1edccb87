import type { BarPayload, BarView, GapPayload, TickPayload, TradePayload } from '@quotefleet/contracts/shapes';

/** What a room lacks, in sequences of an epoch and in time. */
export interface Hole {
  epoch: string | undefined;
  /** The first that is missing. */
  from: number;
  /** The last that is missing; undefined where the epoch ended somewhere. */
  to: number | undefined;
  /** Whether `to` is the sequence of a message that there was, and not merely the one before the next. */
  isToKnown: boolean;
  /** The epoch after it, and the first sequence of it that is not missing. */
  next?: { epoch: string | undefined; seq: number } | undefined;
  /** Of the last tick or bar before it, ms since the epoch, UTC. */
  afterTs: number;
  /** Of the first one after it, where there is one. */
  beforeTs: number | undefined;
  reason: GapPayload['reason'];
}

/** What fills a hole, in order: ticks or bars, and gaps where there are none. */
export type Piece<T> = { value: T } | { gap: GapPayload; epoch: string | undefined };

/** Stored ticks in place of those that are missing: sequences of a tick room rise by one. */
export function fillWithTicks(hole: Hole, rows: readonly TickPayload[]): Piece<TickPayload>[] {
  const { epoch, from, to, next, reason } = hole;
  const pieces = run(rowsOf(rows, epoch, from, to), { epoch, from, to, reason });
  if (!next) return pieces;
  // Nobody knows what the last of an epoch was, nor what the first.
  pieces.push({ gap: { reason: 'epoch' }, epoch: next.epoch });
  const later = rowsOf(rows, next.epoch, 0, next.seq - 1);
  const first = later[0]?.seq ?? next.seq;
  return [...pieces, ...run(later, { epoch: next.epoch, from: first, to: next.seq - 1, reason: 'not-received' })];
}

/** Whether nothing is missing that is known to have been. */
export function isFilled(pieces: readonly Piece<unknown>[]): boolean {
  return pieces.every((piece) => 'value' in piece || piece.gap.reason === 'epoch');
}

interface Run {
  epoch: string | undefined;
  from: number;
  to: number | undefined;
  reason: GapPayload['reason'];
}

function run(rows: readonly TickPayload[], { epoch, from, to, reason }: Run): Piece<TickPayload>[] {
  const pieces: Piece<TickPayload>[] = [];
  let due = from;
  for (const row of rows) {
    if (row.seq > due) pieces.push({ gap: { from: due, to: row.seq - 1, reason }, epoch });
    pieces.push({ value: row });
    due = row.seq + 1;
  }
  if (to !== undefined && due <= to) pieces.push({ gap: { from: due, to, reason }, epoch });
  return pieces;
}

function rowsOf(
  rows: readonly TickPayload[],
  epoch: string | undefined,
  from: number,
  to: number | undefined,
): TickPayload[] {
  const bySeq = new Map<number, TickPayload>();
  for (const row of rows)
    if (row.epoch === epoch && row.seq >= from && row.seq <= (to ?? row.seq)) bySeq.set(row.seq, row);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/**
 * Stored trades in place of those that are missing. Their sequence rises by any steps, so that only the last one tells
 * whether all are there; they are told to clients once they are stored.
 */
export function fillWithTrades(hole: Hole, rows: readonly TradePayload[]): Piece<TradePayload>[] {
  const { epoch, from, to, next, isToKnown, reason } = hole;
  const found = rows
    .filter((row) =>
      row.epoch === epoch
        ? row.seq >= from && row.seq <= (to ?? row.seq)
        : next !== undefined && row.epoch === next.epoch && row.seq < next.seq,
    )
    .sort((a, b) => a.ts - b.ts || a.seq - b.seq);
  const pieces: Piece<TradePayload>[] = found.map((value) => ({ value }));
  const last = found.at(-1)?.seq ?? from - 1;
  if (to !== undefined && isToKnown && last < to) pieces.push({ gap: { from: last + 1, to, reason }, epoch });
  return pieces;
}

/** The bar that a room had last. */
export interface LastBar {
  symbol: string;
  period: BarPayload['period'];
  ts: number;
  final: boolean;
}

/**
 * Stored bars that became final in a hole: those after the last one, and that one itself where it was not final yet.
 * They carry the last sequence of the hole, since stored bars have none.
 */
export function fillWithBars(hole: Hole, last: LastBar, rows: readonly BarView[]): Piece<BarPayload>[] {
  const { symbol, period } = last;
  const seq = hole.next ? hole.next.seq : (hole.to ?? hole.from);
  const epoch = (hole.next ?? hole).epoch ?? '';
  return rows
    .map(({ time, tradeDate: _day, ...bar }) => ({
      value: { ...bar, symbol, period, ts: Date.parse(time), seq, epoch },
    }))
    .filter(({ value: { ts, final } }) => {
      const isNew = ts > last.ts || (ts === last.ts && !last.final);
      return final && isNew && ts < (hole.beforeTs ?? Number.POSITIVE_INFINITY);
    })
    .sort((a, b) => a.value.ts - b.value.ts);
}
