import { randomUUID } from 'node:crypto';
import {
  type DataSource,
  type EntityManager,
  type FindOptionsWhere,
  In,
  IsNull,
  LessThan,
  MoreThan,
  Not,
} from 'typeorm';
import { announceRevocations } from '../revocations/announce-revocation.ts';
import { refreshTokenEntity, rowToSession, type SessionRow, sessionEntity, sessionToRow } from './session-entity.ts';
import type { PresentedToken, Rotation, SessionStore, Successor } from './session-store.ts';

/** A SessionStore in PostgreSQL; what is revoked is announced through the outbox. */
export function createTypeormSessionStore(dataSource: DataSource): SessionStore {
  const sessions = dataSource.getRepository(sessionEntity);
  const tokens = dataSource.getRepository(refreshTokenEntity);
  const active = (now: Date) => ({ revokedAt: IsNull(), expiresAt: MoreThan(now) });
  return {
    start: (session, tokenHash, perUserMax) =>
      dataSource.transaction(async (manager) => {
        const { id, userId, createdAt } = session;
        await manager.delete(sessionEntity, { userId, expiresAt: LessThan(createdAt) });
        const surplus = await manager.find(sessionEntity, {
          where: { userId, ...active(createdAt) },
          order: { lastUsedAt: 'DESC' },
          skip: perUserMax - 1,
        });
        await revokeSessions(manager, { id: In(surplus.map((one) => one.id)) }, createdAt);
        await manager.insert(sessionEntity, sessionToRow(session));
        await manager.insert(refreshTokenEntity, { id: randomUUID(), sessionId: id, tokenHash, createdAt });
      }),
    rotate: (presented, successor) => dataSource.transaction((manager) => rotate(manager, presented, successor)),
    async findActive(id, now) {
      const row = await sessions.findOneBy({ id, ...active(now) });
      return row ? rowToSession(row) : undefined;
    },
    async findByToken(tokenHash) {
      const token = await tokens.findOneBy({ tokenHash });
      const row = token ? await sessions.findOneBy({ id: token.sessionId }) : null;
      return row ? rowToSession(row) : undefined;
    },
    async list(userId, now) {
      const rows = await sessions.find({ where: { userId, ...active(now) }, order: { lastUsedAt: 'DESC' } });
      return rows.map(rowToSession);
    },
    revoke: (id, { userId, now }) =>
      dataSource.transaction(
        async (manager) =>
          (await revokeSessions(manager, { id, ...(userId === undefined ? {} : { userId }) }, now)) > 0,
      ),
    revokeAll: (userId, { except, now }) =>
      dataSource.transaction((manager) =>
        revokeSessions(manager, { userId, ...(except === undefined ? {} : { id: Not(except) }) }, now),
      ),
  };
}

/** Ends what goes on of the sessions meant, and announces it; answers how many. */
export async function revokeSessions(
  manager: EntityManager,
  where: FindOptionsWhere<SessionRow>,
  now: Date,
): Promise<number> {
  const { raw } = await manager
    .createQueryBuilder()
    .update(sessionEntity)
    .set({ revokedAt: now })
    .where({ ...where, revokedAt: IsNull(), expiresAt: MoreThan(now) })
    .returning('id')
    .execute();
  const ids = (raw as { id: string }[]).map(({ id }) => id);
  await announceRevocations(
    manager,
    ids.map((id) => ({ kind: 'session', id, at: now.getTime() })),
  );
  return ids.length;
}

/**
 * The lock is on the session: whoever rotates or revokes any token of it waits here, so that a revocation cannot miss a
 * successor that is just being stored.
 */
async function rotate(manager: EntityManager, presented: PresentedToken, successor: Successor): Promise<Rotation> {
  const found = await manager.findOneBy(refreshTokenEntity, { tokenHash: presented.hash });
  if (!found) return { outcome: 'unknown' };
  const session = await manager.findOne(sessionEntity, {
    where: { id: found.sessionId },
    lock: { mode: 'pessimistic_write' },
  });
  const { createdAt } = successor;
  if (!session || session.expiresAt <= createdAt || session.clientId !== (presented.clientId ?? null))
    return { outcome: 'unknown' };
  const { id, userId } = session;
  const { affected } = await manager.update(
    refreshTokenEntity,
    { id: found.id, usedAt: IsNull() },
    { usedAt: createdAt },
  );
  if (!affected || session.revokedAt) {
    await revokeSessions(manager, { id }, createdAt);
    return { outcome: 'reused', userId, sessionId: id };
  }
  await manager.update(sessionEntity, { id }, { lastUsedAt: createdAt });
  const { hash: tokenHash } = successor;
  await manager.insert(refreshTokenEntity, { id: randomUUID(), sessionId: id, tokenHash, createdAt });
  return { outcome: 'rotated', session: { ...rowToSession(session), lastUsedAt: createdAt } };
}
