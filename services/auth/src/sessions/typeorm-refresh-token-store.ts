import { type DataSource, type EntityManager, IsNull, LessThan } from 'typeorm';
import { announceRevocation } from '../announce-revocation.ts';
import { type RefreshTokenRow, refreshTokenEntity } from './refresh-token-entity.ts';
import type { RefreshTokenStore } from './refresh-token-store.ts';

/** A RefreshTokenStore in PostgreSQL; a revoked family is announced through the outbox. */
export function createTypeormRefreshTokenStore(dataSource: DataSource): RefreshTokenStore {
  return {
    async startFamily(token) {
      await dataSource.transaction(async (manager) => {
        await manager.delete(refreshTokenEntity, { userId: token.userId, expiresAt: LessThan(token.createdAt) });
        await manager.insert(refreshTokenEntity, token);
      });
    },
    rotate: (presentedHash, successor) =>
      dataSource.transaction(async (manager) => {
        const token = await lockToken(manager, presentedHash);
        if (!token || token.expiresAt <= successor.createdAt) return { outcome: 'unknown' };
        const { userId, familyId } = token;
        if (token.usedAt || token.revokedAt) {
          await revokeFamily(manager, familyId, successor.createdAt);
          return { outcome: 'reused', userId, familyId };
        }
        await manager.update(refreshTokenEntity, { id: token.id }, { usedAt: successor.createdAt });
        await manager.insert(refreshTokenEntity, { ...successor, familyId, userId, expiresAt: token.expiresAt });
        return { outcome: 'rotated', userId };
      }),
  };
}

/**
 * The lock is on the family's first token: whoever rotates or revokes any member waits here, so that a revocation
 * cannot miss a successor that is just being stored.
 */
async function lockToken(manager: EntityManager, tokenHash: string): Promise<RefreshTokenRow | null> {
  const found = await manager.findOneBy(refreshTokenEntity, { tokenHash });
  if (!found) return null;
  await manager.findOne(refreshTokenEntity, { where: { id: found.familyId }, lock: { mode: 'pessimistic_write' } });
  return manager.findOneBy(refreshTokenEntity, { tokenHash });
}

async function revokeFamily(manager: EntityManager, familyId: string, revokedAt: Date): Promise<void> {
  const { affected } = await manager.update(refreshTokenEntity, { familyId, revokedAt: IsNull() }, { revokedAt });
  if (affected) await announceRevocation(manager, { kind: 'session', id: familyId });
}
