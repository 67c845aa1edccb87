import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { Revocation } from '../revocations/announce-revocation.ts';
import type { OAuthClient, OAuthClientStore } from './oauth-client-store.ts';

const HOUR_MS = 3600 * 1000;

export interface OAuthClientStoreUnderTest {
  store: OAuthClientStore;
  announced(): Promise<Pick<Revocation, 'kind' | 'id'>[]>;
}

/** What every OAuthClientStore does. */
export function testOAuthClientStore(tested: () => OAuthClientStoreUnderTest): void {
  const now = new Date();
  const later = new Date(now.getTime() + HOUR_MS);

  async function insert(part: Partial<OAuthClient> = {}) {
    const id = randomUUID();
    const client: OAuthClient = { id, name: 'n', role: 'pro', scopes: ['read'], grants: ['password'], createdAt: now };
    const hash = randomUUID();
    await tested().store.insert({ ...client, ...part }, { hash, createdAt: now });
    return { client: { ...client, ...part }, hash };
  }

  it('finds a client with the hash of its secret until it expires', async () => {
    const { store } = tested();
    const { client, hash } = await insert({ expiresAt: later });
    expect(await store.findValid(client.id, now)).toEqual({ client, secretHashes: [hash] });
    expect(await store.findValid(client.id, later)).toBeUndefined();
    expect(await store.findValid(randomUUID(), now)).toBeUndefined();
    expect(await store.list()).toContainEqual(client);
  });

  it('takes the former secret beside the new one for as long as it is told', async () => {
    const { store } = tested();
    const { client, hash } = await insert();
    const [second, third] = [randomUUID(), randomUUID()];
    expect(await store.rotate(client.id, { hash: second, createdAt: now }, later)).toEqual(client);
    const hashesAt = async (at: Date) => (await store.findValid(client.id, at))?.secretHashes.sort();
    expect(await hashesAt(now)).toEqual([hash, second].sort());
    expect(await hashesAt(later)).toEqual([second]);
    await store.rotate(client.id, { hash: third, createdAt: now }, now);
    expect(await hashesAt(now)).toEqual([third]);
    expect(await store.rotate(randomUUID(), { hash: randomUUID(), createdAt: now }, now)).toBeUndefined();
  });

  it('revokes a client once, and tells of it', async () => {
    const { store, announced } = tested();
    const { client } = await insert();
    expect(await store.revoke(client.id, now)).toBe(true);
    expect(await store.revoke(client.id, now)).toBe(false);
    expect(await store.findValid(client.id, now)).toBeUndefined();
    expect(await store.list()).not.toContainEqual(client);
    expect((await announced()).filter(({ id }) => id === client.id)).toMatchObject([{ kind: 'user' }]);
  });
}
