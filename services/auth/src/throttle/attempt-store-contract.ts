import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { AttemptStore, Backoff } from './attempt-store.ts';

const SECOND_MS = 1000;
const BACKOFF: Backoff = { free: 3, firstMs: SECOND_MS, longestMs: 5 * SECOND_MS, forgottenMs: 3600 * SECOND_MS };

/** What every AttemptStore does. */
export function testAttemptStore(store: () => AttemptStore): void {
  const start = Date.now();
  const reserve = (key: string, afterMs = 0) => store().reserve(key, BACKOFF, new Date(start + afterMs));

  it('lets some attempts through, then makes each wait twice as long as the one before, to a limit', async () => {
    const key = randomUUID();
    for (let attempt = 0; attempt < 3; attempt++) expect(await reserve(key)).toEqual({ allowed: true });
    let afterMs = 0;
    for (const seconds of [1, 2, 4, 5, 5]) {
      expect(await reserve(key, afterMs)).toEqual({ allowed: false, retryAfterSeconds: seconds });
      afterMs += seconds * SECOND_MS;
      expect(await reserve(key, afterMs)).toEqual({ allowed: true });
    }
    expect(await reserve(randomUUID())).toEqual({ allowed: true });
  });

  it('counts attempts that come at once one by one', async () => {
    const key = randomUUID();
    const reservations = await Promise.all(Array.from({ length: 10 }, () => reserve(key)));
    expect(reservations.filter(({ allowed }) => allowed)).toHaveLength(3);
  });

  it('forgets after a success, and after long enough', async () => {
    const key = randomUUID();
    for (let attempt = 0; attempt < 3; attempt++) await reserve(key);
    expect((await reserve(key)).allowed).toBe(false);
    await store().clear(key);
    for (let attempt = 0; attempt < 3; attempt++) expect((await reserve(key)).allowed).toBe(true);
    const late = BACKOFF.forgottenMs + SECOND_MS;
    for (let attempt = 0; attempt < 3; attempt++) expect((await reserve(key, late)).allowed).toBe(true);
    await store().prune(new Date(start + 2 * late));
    expect((await reserve(key, late)).allowed).toBe(true);
  });
}
