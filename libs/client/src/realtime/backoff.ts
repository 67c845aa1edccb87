/** When a lost connection is tried again. */
export interface ReconnectOptions {
  /** Between the first attempts, ms: 3000 where absent. */
  firstMs?: number;
  /** How many are that far apart: 5 where absent. */
  firstAttempts?: number;
  /** After those the wait doubles, from `firstMs` up to this, ms: 60,000 where absent. */
  longestMs?: number;
  /** Share of a doubled wait that is drawn by lot, so that many clients do not come at once: 0.5 where absent. */
  jitter?: number;
  /** A connection that held so long begins the schedule anew, ms: 10,000 where absent. */
  stableMs?: number;
}

/**
 * How long to wait before an attempt, ms.
 * @param attempt 1 for the first after the connection was lost
 */
export function reconnectDelay(
  attempt: number,
  { firstMs = 3000, firstAttempts = 5, longestMs = 60_000, jitter = 0.5 }: ReconnectOptions = {},
  random: () => number = Math.random,
): number {
  if (attempt <= firstAttempts) return Math.min(firstMs, longestMs);
  const doubled = Math.min(longestMs, firstMs * 2 ** (attempt - firstAttempts));
  return Math.round(doubled * (1 - jitter * random()));
}
