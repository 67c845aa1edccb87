import { EntitySchema } from 'typeorm';
import type { RefreshToken } from './refresh-token-store.ts';

export interface RefreshTokenRow extends RefreshToken {
  usedAt: Date | null;
  revokedAt: Date | null;
}

export const refreshTokenEntity = new EntitySchema<RefreshTokenRow>({
  name: 'refresh_token',
  tableName: 'refresh_tokens',
  columns: {
    id: { type: 'uuid', primary: true },
    familyId: { type: 'uuid', name: 'family_id' },
    userId: { type: 'uuid', name: 'user_id' },
    tokenHash: { type: 'text', name: 'token_hash' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    expiresAt: { type: 'timestamptz', name: 'expires_at' },
    usedAt: { type: 'timestamptz', name: 'used_at', nullable: true },
    revokedAt: { type: 'timestamptz', name: 'revoked_at', nullable: true },
  },
});
