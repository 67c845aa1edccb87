import { EntitySchema } from 'typeorm';
import type { OAuthClient } from './oauth-client-store.ts';

export interface OAuthClientRow extends Omit<OAuthClient, 'expiresAt'> {
  expiresAt: Date | null;
  revokedAt: Date | null;
}

export interface OAuthSecretRow {
  secretHash: string;
  clientId: string;
  createdAt: Date;
  expiresAt: Date | null;
}

export const oauthClientEntity = new EntitySchema<OAuthClientRow>({
  name: 'oauth_client',
  tableName: 'oauth_clients',
  columns: {
    id: { type: 'uuid', primary: true },
    name: { type: 'text' },
    role: { type: 'text' },
    scopes: { type: 'text', array: true },
    grants: { type: 'text', array: true },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    expiresAt: { type: 'timestamptz', name: 'expires_at', nullable: true },
    revokedAt: { type: 'timestamptz', name: 'revoked_at', nullable: true },
  },
});

export const oauthSecretEntity = new EntitySchema<OAuthSecretRow>({
  name: 'oauth_secret',
  tableName: 'oauth_secrets',
  columns: {
    secretHash: { type: 'text', primary: true, name: 'secret_hash' },
    clientId: { type: 'uuid', name: 'client_id' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    expiresAt: { type: 'timestamptz', name: 'expires_at', nullable: true },
  },
});

export function rowToClient({ expiresAt, revokedAt: _revokedAt, ...row }: OAuthClientRow): OAuthClient {
  return { ...row, ...(expiresAt === null ? {} : { expiresAt }) };
}
