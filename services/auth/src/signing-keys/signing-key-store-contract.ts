import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { SigningKey, SigningKeyStore } from './signing-key-store.ts';

const HOUR_MS = 3600 * 1000;

const someKey = (hours = 0): SigningKey => ({
  kid: randomUUID(),
  publicJwk: { kty: 'OKP', crv: 'Ed25519', x: 'public' },
  privateJwk: { kty: 'OKP', crv: 'Ed25519', x: 'public', d: 'private' },
  createdAt: new Date(),
  signsFrom: new Date(Date.now() + hours * HOUR_MS),
});

/** What every SigningKeyStore does; the store starts empty. */
export function testSigningKeyStore(store: () => SigningKeyStore): void {
  it('takes one of many keys that are offered at once, as the first and as the successor of another', async () => {
    expect(await store().list()).toEqual([]);
    const first = await Promise.all(Array.from({ length: 5 }, () => store().append(someKey(), undefined)));
    expect(new Set(first.map(({ kid }) => kid)).size).toBe(1);
    const kid = first[0]?.kid ?? '';
    const second = await Promise.all(Array.from({ length: 5 }, () => store().append(someKey(1), kid)));
    expect(new Set(second.map((key) => key.kid)).size).toBe(1);
    expect(await store().append(someKey(), undefined)).toEqual(first[0]);
    expect(await store().list()).toEqual([second[0], first[0]]);
    await store().remove(kid);
    expect(await store().list()).toEqual([second[0]]);
  });
}
