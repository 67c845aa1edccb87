import { afterEach, describe, expect, it } from '@jest/globals';
import type { NonceStore } from './nonce-store.ts';

const TTL_MS = 60_000;

interface Opened {
  store: NonceStore;
  /** Another one on the same nonces, as another node has it. */
  second?: NonceStore;
  /** A text that no other test uses. */
  name: (text: string) => string;
}

/** What every NonceStore does. */
export function describeNonceStore(title: string, open: () => Promise<Opened>): void {
  describe(title, () => {
    const opened: NonceStore[] = [];
    afterEach(() => Promise.all(opened.splice(0).map((store) => store.close())));
    const create = async () => {
      const made = await open();
      opened.push(made.store, ...(made.second ? [made.second] : []));
      return { ...made, second: made.second ?? made.store };
    };

    it('takes a nonce once', async () => {
      const { store, second, name } = await create();
      expect(await store.claim(name('a'), TTL_MS)).toBe(true);
      expect(await store.claim(name('a'), TTL_MS)).toBe(false);
      expect(await second.claim(name('a'), TTL_MS)).toBe(false);
      expect(await second.claim(name('b'), TTL_MS)).toBe(true);
      expect(await store.claim(name('b'), TTL_MS)).toBe(false);
    });

    it('tells one of many who come with it at a time', async () => {
      const { store, second, name } = await create();
      const stores = [store, second];
      const claims = Array.from({ length: 100 }, (_, at) => stores[at % 2]?.claim(name('c'), TTL_MS));
      expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    });

    it('forgets a nonce once its time is over', async () => {
      const { store, name } = await create();
      expect(await store.claim(name('d'), 1)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await store.claim(name('d'), TTL_MS)).toBe(true);
    });
  });
}
