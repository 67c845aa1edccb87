/** When failures of one kind lead to a wait. */
export interface Backoff {
  /** Attempts that cost no waiting. */
  free: number;
  /** The wait after the first attempt too many; each further one doubles it. */
  firstMs: number;
  longestMs: number;
  /** After so long without an attempt all is forgotten. */
  forgottenMs: number;
}

export type Reservation = { allowed: true } | { allowed: false; retryAfterSeconds: number };

/** Counts failures; shared by all processes. */
export interface AttemptStore {
  /**
   * Counts an attempt as failed before it is made, so that many at once are counted one by one. While a wait lasts, none is
   * allowed and none counted.
   */
  reserve(key: string, backoff: Backoff, now: Date): Promise<Reservation>;
  /** The attempt was no failure: all is forgotten. */
  clear(key: string): Promise<void>;
  /** Removes what nobody waits for any more. */
  prune(before: Date): Promise<void>;
}

/** How long after the failure of that number the next attempt may come. */
export function waitMs(failures: number, { free, firstMs, longestMs }: Backoff): number {
  if (failures < free) return 0;
  // 2 ** 30 is past any longest wait.
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - free, 30));
}
