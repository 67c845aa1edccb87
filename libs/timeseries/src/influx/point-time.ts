/** The times of which InfluxDB knows the nanosecond, ms since epoch: years 1677 to 2262. */
export const EARLIEST_MS = -9_223_372_036_853;
export const LATEST_MS = 9_223_372_036_853;
/** Nanoseconds of a millisecond: rows of one millisecond lie at different ones. */
const SUBS = 1_000_000;

/** A sequence number as the nanosecond within its millisecond and the tag `_k`; different numbers differ in one of them. */
export interface SequencePlace {
  sub: number;
  k: number;
}

export function placeOf(sequence: number): SequencePlace {
  const sub = ((sequence % SUBS) + SUBS) % SUBS;
  return { sub, k: (sequence - sub) / SUBS };
}

/** Nanoseconds since epoch, more than a number can hold. */
export function toNanoseconds(ms: number, sub = 0): string {
  if (ms > 0) return `${ms}${String(sub).padStart(6, '0')}`;
  return String(BigInt(ms) * BigInt(SUBS) + BigInt(sub));
}

/** The millisecond of a point at so many microseconds, which the server has rounded towards zero. */
export function toMilliseconds(microseconds: number, sub = 0): number {
  // Not -0, which is another value to those who compare rows.
  return Math.round((microseconds * 1_000 - sub) / SUBS) || 0;
}

/** `AND time >= ... AND time < ...` in a statement, for the range [from, to) in ms. */
export function timeCondition({ from, to }: { from?: number | undefined; to?: number | undefined }): string {
  const bound = (ms: number) => toNanoseconds(Math.min(Math.max(Math.ceil(ms), EARLIEST_MS), LATEST_MS + 1));
  const conditions = [
    ...(from === undefined ? [] : [` AND time >= ${bound(from)}`]),
    ...(to === undefined ? [] : [` AND time < ${bound(to)}`]),
  ];
  return conditions.join('');
}
