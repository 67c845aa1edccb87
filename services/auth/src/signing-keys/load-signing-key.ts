import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { SigningKey, SigningKeyStore } from './signing-key-store.ts';

/** The fleet's signing key, made at the first start. */
export async function loadSigningKey(store: SigningKeyStore): Promise<SigningKey> {
  return (await store.findActive()) ?? (await store.adopt(await generateSigningKey()));
}

async function generateSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  return {
    kid,
    publicJwk: { ...publicJwk, kid, alg: 'EdDSA', use: 'sig' },
    privateJwk: await exportJWK(privateKey),
    createdAt: new Date(),
  };
}
