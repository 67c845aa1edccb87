import type { FieldCipher } from '@quotefleet/secrets';
import type { JWK } from 'jose';
import { EntitySchema } from 'typeorm';
import type { SigningKey } from './signing-key-store.ts';

const FIELD = 'signing_keys.private_jwk';

export interface SigningKeyRow {
  kid: string;
  publicJwk: JWK;
  /** Sealed where there was a master key when it was stored. */
  privateJwk: JWK | { sealed: string };
  createdAt: Date;
  signsFrom: Date;
  /** The key before; empty for the first. A unique index allows one successor. */
  follows: string;
}

export const signingKeyEntity = new EntitySchema<SigningKeyRow>({
  name: 'signing_key',
  tableName: 'signing_keys',
  columns: {
    kid: { type: 'text', primary: true },
    publicJwk: { type: 'jsonb', name: 'public_jwk' },
    privateJwk: { type: 'jsonb', name: 'private_jwk' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    signsFrom: { type: 'timestamptz', name: 'signs_from' },
    follows: { type: 'text' },
  },
});

export function signingKeyToRow(key: SigningKey, follows: string, cipher: FieldCipher | undefined): SigningKeyRow {
  const privateJwk = cipher ? { sealed: cipher.seal(FIELD, JSON.stringify(key.privateJwk), key.kid) } : key.privateJwk;
  return { ...key, privateJwk, follows };
}

/** @throws Error where the key is sealed and cannot be opened */
export function rowToSigningKey(row: SigningKeyRow, cipher: FieldCipher | undefined): SigningKey {
  const { follows: _follows, privateJwk, ...rest } = row;
  if (!('sealed' in privateJwk)) return { ...rest, privateJwk: privateJwk as JWK };
  if (!cipher) throw new Error(`expected QF_MASTER_KEY, by which the signing key ${row.kid} is sealed, was none`);
  return { ...rest, privateJwk: JSON.parse(cipher.open(FIELD, String(privateJwk.sealed), row.kid)) as JWK };
}
