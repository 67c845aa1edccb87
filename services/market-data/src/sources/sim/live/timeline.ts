/** What happens at a moment of the day for all instruments. */
export type SlotKind = 'opening-auction' | 'open' | 'trade' | 'lunch' | 'closing' | 'close' | 'after-hours';

export interface Slot {
  /** Ms after midnight in Shanghai. */
  at: number;
  kind: SlotKind;
  /** From 0 to 1 within an auction. */
  progress: number;
}

/** Parts of the day's continuous volume and variance that fall into each slot; each adds up to 1 over the day. */
export interface Profile {
  volume: Float64Array;
  variance: Float64Array;
  /** Variance from the slot to the last one. */
  varianceLeft: Float64Array;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
export const SNAPSHOT_MS = 3 * SECOND;
/** Call-auction and after-hours snapshots come less often than those of trading, but for the last minute. */
const SPARSE_MS = 9 * SECOND;

const time = (hours: number, minutes: number) => (hours * 60 + minutes) * MINUTE;
export const DAY_START = time(9, 15);
const OPEN = time(9, 25);
const MORNING = time(9, 30);
const LUNCH = time(11, 30);
const AFTERNOON = time(13, 0);
const CLOSING = time(14, 57);
const CLOSE = time(15, 0);
const AFTER_HOURS = time(15, 5);
const AFTER_HOURS_END = time(15, 30);

/** Every moment at which the exchange publishes, in order; each symbol follows a little later, by its own offset. */
export const SLOTS: readonly Slot[] = [
  ...slots('opening-auction', DAY_START, OPEN - MINUTE, SPARSE_MS),
  ...slots('opening-auction', OPEN - MINUTE, OPEN, SNAPSHOT_MS),
  ...slots('open', OPEN, OPEN + 1, SNAPSHOT_MS),
  ...slots('trade', MORNING, LUNCH, SNAPSHOT_MS),
  ...slots('lunch', LUNCH, LUNCH + 1, SNAPSHOT_MS),
  ...slots('trade', AFTERNOON, CLOSING, SNAPSHOT_MS),
  ...slots('closing', CLOSING, CLOSE, SNAPSHOT_MS),
  ...slots('close', CLOSE, CLOSE + 1, SNAPSHOT_MS),
  ...slots('after-hours', AFTER_HOURS, AFTER_HOURS_END, SPARSE_MS),
];
export const AFTER_HOURS_SLOTS = SLOTS.filter(({ kind }) => kind === 'after-hours').length;

/** With a closing auction trading stops at 14:57, without one at 15:00. */
export const PROFILES = { auction: profile(false), continuous: profile(true) } as const;

function slots(kind: SlotKind, from: number, to: number, every: number): Slot[] {
  const [start, end] = kind === 'opening-auction' ? [DAY_START, OPEN] : [from, to];
  const result: Slot[] = [];
  for (let at = from; at < to; at += every) result.push({ at, kind, progress: (at - start) / (end - start) });
  return result;
}

/** The U of the day: much at the open, less towards noon, more again before the close. */
function profile(tradesToTheEnd: boolean): Profile {
  const trades = SLOTS.map(({ kind }) => kind === 'trade' || (tradesToTheEnd && kind === 'closing'));
  const minuteOf = ({ at }: Slot) => (at < LUNCH ? at - MORNING : at - AFTERNOON + (LUNCH - MORNING)) / MINUTE;
  const shape = (f: (minute: number) => number) =>
    normalised(Float64Array.from(SLOTS, (slot, i) => (trades[i] ? f(minuteOf(slot)) : 0)));
  const volume = shape((m) => 0.6 + 1.9 * Math.exp(-m / 16) + 0.35 * bump(m - 120, 8) + 0.8 * Math.exp((m - 240) / 20));
  const variance = shape(
    (m) => 0.6 + 2.6 * Math.exp(-m / 14) + 0.3 * bump(m - 120, 5) + 0.4 * Math.exp((m - 240) / 20),
  );
  const varianceLeft = new Float64Array(variance.length);
  let left = 0;
  for (let i = variance.length - 1; i >= 0; i--) {
    left += variance[i] ?? 0;
    varianceLeft[i] = left;
  }
  return { volume, variance, varianceLeft };
}

function bump(distance: number, width: number): number {
  return distance < 0 ? 0 : Math.exp(-distance / width);
}

function normalised(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}
