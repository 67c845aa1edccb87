import { createHash } from 'node:crypto';
import { AppError, toNetwork } from '@quotefleet/service-kit';
import { fromRequest } from '../audit/audit-scope.ts';
import type { AttemptStore, Backoff } from './attempt-store.ts';

const DAY_MS = 24 * 3600 * 1000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15 * 60 * 1000;

type AttemptKind = 'sign-in' | 'mail' | 'second-factor';

export interface Throttle {
  /**
   * Before an attempt in the name of an account, from the address of the request under way; at second factors, which
   * only who knows the password gets to, from wherever. What it gives back is to be called once the attempt was no failure.
   * @throws AppError RATE_LIMITED while a wait lasts, the same whether or not there is such an account
   */
  attempt(kind: AttemptKind, account: string): Promise<() => Promise<void>>;
  prune(): Promise<void>;
}

/** `freeAttempts` failures cost nothing; the next one a second, and each further one twice as long, to a quarter hour. */
export function createThrottle(
  store: AttemptStore,
  freeAttempts: number,
  now: () => Date = () => new Date(),
): Throttle {
  const waits = { firstMs: FIRST_WAIT_MS, longestMs: LONGEST_WAIT_MS, forgottenMs: DAY_MS };
  const backoff: Backoff = { free: freeAttempts, ...waits };
  return {
    async attempt(kind, account) {
      const key = keyOf(kind, account);
      const reservation = await store.reserve(key, backoff, now());
      if (reservation.allowed) return () => store.clear(key);
      const { retryAfterSeconds } = reservation;
      throw new AppError('RATE_LIMITED', `too many attempts, come back in ${retryAfterSeconds} s`, {
        retryAfterSeconds,
      });
    },
    prune: () => store.prune(new Date(now().getTime() - DAY_MS)),
  };
}

/** Hashed: somebody may have typed a password where the name goes. */
function keyOf(kind: AttemptKind, account: string): string {
  const network = kind === 'second-factor' ? '' : toNetwork(fromRequest().ip ?? '');
  const parts = [kind, account.toLowerCase(), network];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
