import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { SigningKey, SigningKeyStore } from './signing-key-store.ts';

const someKey = (): SigningKey => ({
  kid: randomUUID(),
  publicJwk: { kty: 'OKP', crv: 'Ed25519', x: 'public' },
  privateJwk: { kty: 'OKP', crv: 'Ed25519', x: 'public', d: 'private' },
  createdAt: new Date(),
});

/** What every SigningKeyStore does; the store starts empty. */
export function testSigningKeyStore(store: () => SigningKeyStore): void {
  it('takes one of many keys that are offered at once, and keeps to it', async () => {
    expect(await store().findActive()).toBeUndefined();
    const adopted = await Promise.all(Array.from({ length: 5 }, () => store().adopt(someKey())));
    expect(new Set(adopted.map(({ kid }) => kid)).size).toBe(1);
    expect(await store().adopt(someKey())).toEqual(adopted[0]);
    expect(await store().findActive()).toEqual(adopted[0]);
    expect(await store().list()).toEqual([adopted[0]]);
  });
}
