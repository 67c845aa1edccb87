import { type AttemptStore, waitMs } from './attempt-store.ts';

/** An AttemptStore in memory. */
export function createFakeAttemptStore(): AttemptStore {
  const attempts = new Map<string, { failures: number; lastMs: number; lockedUntilMs: number }>();
  return {
    async reserve(key, backoff, now) {
      const nowMs = now.getTime();
      const known = attempts.get(key);
      if (known && known.lockedUntilMs > nowMs)
        return { allowed: false, retryAfterSeconds: Math.ceil((known.lockedUntilMs - nowMs) / 1000) };
      const forgotten = !known || known.lastMs < nowMs - backoff.forgottenMs;
      const failures = forgotten ? 1 : known.failures + 1;
      const wait = waitMs(failures, backoff);
      attempts.set(key, { failures, lastMs: nowMs, lockedUntilMs: wait > 0 ? nowMs + wait : 0 });
      return { allowed: true };
    },
    async clear(key) {
      attempts.delete(key);
    },
    async prune(before) {
      for (const [key, { lastMs }] of attempts) if (lastMs < before.getTime()) attempts.delete(key);
    },
  };
}
