import { unavailable } from '@quotefleet/service-kit';
import type { NonceStore } from './nonce-store.ts';

/** Some 200 MB. Below what a node can verify in the minute that nonces are kept. */
const NONCES_MAX = 1_000_000;
/** At most this many that have run out are dropped for each that comes, so no claim takes long. */
const DROPPED_PER_CLAIM = 8;

/** Nonces of this process alone. `now` is a clock in ms that never goes back. */
export function createInMemoryNonceStore(now: () => number = () => performance.now(), max = NONCES_MAX): NonceStore {
  /** Until when each is kept; nearly in the order in which they run out. */
  const kept = new Map<string, number>();
  return {
    async claim(nonce, ttlMs) {
      const at = now();
      let looked = 0;
      for (const [old, until] of kept) {
        if (until > at || looked === DROPPED_PER_CLAIM) break;
        kept.delete(old);
        looked += 1;
      }
      const until = kept.get(nonce);
      if (until !== undefined && until > at) return false;
      // To forget one that is still good would let its request in again.
      if (kept.size >= max) throw unavailable('too many signed requests at a time, try again');
      kept.delete(nonce);
      kept.set(nonce, at + ttlMs);
      return true;
    },
    close: async () => kept.clear(),
  };
}
