import type { Scope } from '@quotefleet/contracts';
import { EntitySchema } from 'typeorm';
import type { Session } from './session-store.ts';

export interface SessionRow {
  id: string;
  userId: string;
  clientId: string | null;
  scopes: Scope[] | null;
  ip: string | null;
  userAgent: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

export interface RefreshTokenRow {
  id: string;
  sessionId: string;
  tokenHash: string;
  createdAt: Date;
  usedAt: Date | null;
}

export const sessionEntity = new EntitySchema<SessionRow>({
  name: 'session',
  tableName: 'sessions',
  columns: {
    id: { type: 'uuid', primary: true },
    userId: { type: 'uuid', name: 'user_id' },
    clientId: { type: 'uuid', name: 'client_id', nullable: true },
    scopes: { type: 'text', array: true, nullable: true },
    ip: { type: 'text', nullable: true },
    userAgent: { type: 'text', name: 'user_agent', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    lastUsedAt: { type: 'timestamptz', name: 'last_used_at' },
    expiresAt: { type: 'timestamptz', name: 'expires_at' },
    revokedAt: { type: 'timestamptz', name: 'revoked_at', nullable: true },
  },
});

export const refreshTokenEntity = new EntitySchema<RefreshTokenRow>({
  name: 'refresh_token',
  tableName: 'refresh_tokens',
  columns: {
    id: { type: 'uuid', primary: true },
    sessionId: { type: 'uuid', name: 'session_id' },
    tokenHash: { type: 'text', name: 'token_hash' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    usedAt: { type: 'timestamptz', name: 'used_at', nullable: true },
  },
});

export function rowToSession(row: SessionRow): Session {
  const { id, userId, clientId, scopes, ip, userAgent, createdAt, lastUsedAt, expiresAt } = row;
  return {
    ...{ id, userId, createdAt, lastUsedAt, expiresAt },
    ...(clientId === null ? {} : { clientId }),
    ...(scopes === null ? {} : { scopes }),
    ...(ip === null ? {} : { ip }),
    ...(userAgent === null ? {} : { userAgent }),
  };
}

export function sessionToRow(session: Session): SessionRow {
  const { clientId = null, scopes = null, ip = null, userAgent = null } = session;
  return { ...session, clientId, scopes, ip, userAgent, revokedAt: null };
}
