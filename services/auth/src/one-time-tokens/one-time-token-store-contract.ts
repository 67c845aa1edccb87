import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { OneTimeToken, OneTimeTokenStore } from './one-time-token-store.ts';

const HOUR_MS = 3600 * 1000;

/** What every OneTimeTokenStore does. */
export function testOneTimeTokenStore(store: () => OneTimeTokenStore, addUser: () => Promise<string>): void {
  const now = new Date();
  const later = new Date(now.getTime() + HOUR_MS);
  async function insert(part: Partial<OneTimeToken> = {}): Promise<string> {
    const hash = randomUUID();
    const token: OneTimeToken = { hash, kind: 'invitation', data: { role: 'pro' }, createdAt: now, expiresAt: later };
    await store().insert({ ...token, ...part });
    return hash;
  }

  it('takes a token once, of many who try at once, for what it was made for', async () => {
    const hash = await insert();
    expect(await store().take('reset-password', hash, now)).toBeUndefined();
    expect(await store().find('reset-password', hash, now)).toBeUndefined();
    for (const _again of [1, 2]) expect(await store().find('invitation', hash, now)).toEqual({ data: { role: 'pro' } });
    const taken = await Promise.all([1, 2, 3].map(() => store().take('invitation', hash, now)));
    expect(taken.filter((one) => one !== undefined)).toEqual([{ data: { role: 'pro' } }]);
    expect(await store().find('invitation', hash, now)).toBeUndefined();
    expect(await store().take('invitation', randomUUID(), now)).toBeUndefined();
  });

  it('takes none that has expired', async () => {
    for (const step of ['find', 'take'] as const)
      expect(await store()[step]('invitation', await insert(), later)).toBeUndefined();
    const hash = await insert();
    await store().prune(new Date(later.getTime() + 1));
    expect(await store().take('invitation', hash, now)).toBeUndefined();
  });

  it('has one token of a kind for a user', async () => {
    const userId = await addUser();
    const mine = { userId, kind: 'reset-password', data: {} } as const;
    const [former, other, latest] = [await insert(mine), await insert({ userId }), await insert(mine)];
    expect(await store().take('reset-password', former, now)).toBeUndefined();
    expect(await store().take('reset-password', latest, now)).toEqual({ userId, data: {} });
    expect(await store().take('invitation', other, now)).toMatchObject({ userId });
  });
}
