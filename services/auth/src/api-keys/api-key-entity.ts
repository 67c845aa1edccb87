import { EntitySchema } from 'typeorm';
import type { ApiKey } from './api-key-store.ts';

export interface ApiKeyRow extends Omit<ApiKey, 'expiresAt' | 'lastUsedAt' | 'signingSealed'> {
  bootstrap: boolean;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  signingSealed: string | null;
  revokedAt: Date | null;
}

export const apiKeyEntity = new EntitySchema<ApiKeyRow>({
  name: 'api_key',
  tableName: 'api_keys',
  columns: {
    id: { type: 'uuid', primary: true },
    userId: { type: 'uuid', name: 'user_id' },
    name: { type: 'text' },
    prefix: { type: 'text' },
    keyHash: { type: 'text', name: 'key_hash' },
    scopes: { type: 'text', array: true },
    bootstrap: { type: 'boolean' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    expiresAt: { type: 'timestamptz', name: 'expires_at', nullable: true },
    lastUsedAt: { type: 'timestamptz', name: 'last_used_at', nullable: true },
    signingSealed: { type: 'text', name: 'signing_sealed', nullable: true },
    revokedAt: { type: 'timestamptz', name: 'revoked_at', nullable: true },
  },
});

export function rowToApiKey(row: ApiKeyRow): ApiKey {
  const { expiresAt, lastUsedAt, signingSealed, bootstrap: _bootstrap, revokedAt: _revokedAt, ...rest } = row;
  return {
    ...rest,
    ...(expiresAt === null ? {} : { expiresAt }),
    ...(lastUsedAt === null ? {} : { lastUsedAt }),
    ...(signingSealed === null ? {} : { signingSealed }),
  };
}

export function apiKeyToRow(key: ApiKey, bootstrap: boolean): ApiKeyRow {
  return { expiresAt: null, lastUsedAt: null, signingSealed: null, ...key, bootstrap, revokedAt: null };
}
