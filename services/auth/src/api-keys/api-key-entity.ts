import { EntitySchema } from 'typeorm';
import type { ApiKey } from './api-key-store.ts';

export interface ApiKeyRow extends Omit<ApiKey, 'expiresAt'> {
  bootstrap: boolean;
  expiresAt: Date | null;
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
    revokedAt: { type: 'timestamptz', name: 'revoked_at', nullable: true },
  },
});

export function rowToApiKey({ expiresAt, bootstrap: _bootstrap, revokedAt: _revokedAt, ...row }: ApiKeyRow): ApiKey {
  return { ...row, ...(expiresAt === null ? {} : { expiresAt }) };
}

export function apiKeyToRow(key: ApiKey, bootstrap: boolean): ApiKeyRow {
  return { ...key, bootstrap, expiresAt: key.expiresAt ?? null, revokedAt: null };
}
