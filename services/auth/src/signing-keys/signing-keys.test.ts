import { describe, expect, it } from '@jest/globals';
import { createSilentEvents } from '../events.ts';
import { createFakeSigningKeyStore } from './fake-signing-key-store.ts';
import { openSigningKeys } from './signing-keys.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAYS = 30;
/** Short, so that what another process stored is read anew at each call. */
const LEAD_MS = 15 * MINUTE_MS;

describe('signing keys', () => {
  async function open(store = createFakeSigningKeyStore()) {
    const clock = { ms: Date.now() };
    const options = { store, events: createSilentEvents(), days: DAYS, leadMs: LEAD_MS, now: () => new Date(clock.ms) };
    return { store, clock, keys: await openSigningKeys(options) };
  }
  const kidsOf = async (keys: Awaited<ReturnType<typeof open>>['keys']) =>
    (await keys.published()).map(({ kid }) => kid);

  it('publish a successor before it signs, and the former one until its last token has expired', async () => {
    const { keys, clock } = await open();
    const first = await keys.current();
    const { key: second, created } = await keys.rotate();
    expect(created).toBe(true);
    expect(await kidsOf(keys)).toEqual([second.kid, first.kid]);
    expect((await keys.current()).kid).toBe(first.kid);

    clock.ms += LEAD_MS;
    expect((await keys.current()).kid).toBe(second.kid);
    clock.ms += 15 * MINUTE_MS;
    expect(await kidsOf(keys)).toEqual([second.kid, first.kid]);
    clock.ms += MINUTE_MS;
    expect(await kidsOf(keys)).toEqual([second.kid]);
  });

  it('rotate once, however often and by however many it is asked for', async () => {
    const { keys, store } = await open();
    const { keys: other } = await open(store);
    const rotations = await Promise.all([keys.rotate(), other.rotate(), keys.rotate(), other.rotate()]);
    expect(new Set(rotations.map(({ key }) => key.kid)).size).toBe(1);
    expect(await store.list()).toHaveLength(2);
  });

  it('rotate by themselves when it is time to, and forget what is over', async () => {
    const { keys, store, clock } = await open();
    const first = await keys.current();
    await keys.tend();
    expect(await store.list()).toHaveLength(1);
    clock.ms += DAYS * DAY_MS - LEAD_MS;
    await keys.tend();
    expect((await keys.current()).kid).toBe(first.kid);
    expect(await store.list()).toHaveLength(2);
    clock.ms += 2 * LEAD_MS + MINUTE_MS;
    await keys.tend();
    expect((await store.list()).map(({ kid }) => kid)).not.toContain(first.kid);
    await keys.tend();
    expect(await store.list()).toHaveLength(1);
  });
});
