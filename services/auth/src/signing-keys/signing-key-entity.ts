import { EntitySchema } from 'typeorm';
import type { SigningKey } from './signing-key-store.ts';

export interface SigningKeyRow extends SigningKey {
  /** A unique index allows one active key. */
  active: boolean;
}

export const signingKeyEntity = new EntitySchema<SigningKeyRow>({
  name: 'signing_key',
  tableName: 'signing_keys',
  columns: {
    kid: { type: 'text', primary: true },
    publicJwk: { type: 'jsonb', name: 'public_jwk' },
    privateJwk: { type: 'jsonb', name: 'private_jwk' },
    active: { type: 'boolean' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
  },
});
