import { randomUUID } from 'node:crypto';
import { type DataSource, type EntityManager, type FindOptionsWhere, IsNull, MoreThan, Not, Or } from 'typeorm';
import { announceRevocations } from '../revocations/announce-revocation.ts';
import { isActive } from '../users/user.ts';
import { rowToUser, userEntity, userToRow } from '../users/user-entity.ts';
import { type ApiKeyRow, apiKeyEntity, apiKeyToRow, rowToApiKey } from './api-key-entity.ts';
import type { Adoption, ApiKeyStore, ValidKey } from './api-key-store.ts';
import { BOOTSTRAP_KEY, BOOTSTRAP_USER } from './bootstrap-key.ts';

/** An ApiKeyStore in PostgreSQL. */
export function createTypeormApiKeyStore(dataSource: DataSource): ApiKeyStore {
  const repository = dataSource.getRepository(apiKeyEntity);
  const good = (now: Date) => ({ revokedAt: IsNull(), expiresAt: Or(IsNull(), MoreThan(now)) });

  async function findGood(where: FindOptionsWhere<ApiKeyRow>, now: Date): Promise<ValidKey | undefined> {
    const row = await repository.findOneBy({ ...where, ...good(now) });
    if (!row) return undefined;
    const user = rowToUser(await dataSource.getRepository(userEntity).findOneByOrFail({ id: row.userId }));
    return isActive(user) ? { key: rowToApiKey(row), role: user.role } : undefined;
  }

  return {
    insert: (key, perUserMax) =>
      dataSource.transaction(async (manager) => {
        await lockUser(manager, key.userId);
        const held = await manager.countBy(apiKeyEntity, { userId: key.userId, revokedAt: IsNull() });
        if (held >= perUserMax) return false;
        await manager.insert(apiKeyEntity, apiKeyToRow(key, false));
        return true;
      }),
    async list(userId) {
      const rows = await repository.find({ where: { userId, revokedAt: IsNull() }, order: { createdAt: 'ASC' } });
      return rows.map(rowToApiKey);
    },
    findValid: (keyHash, now) => findGood({ keyHash }, now),
    findSigning: (id, now) => findGood({ id, signingSealed: Not(IsNull()) }, now),
    async rename(id, userId, name) {
      const { affected } = await repository.update({ id, userId, revokedAt: IsNull() }, { name });
      return Boolean(affected);
    },
    async findOwn(id, userId, now) {
      const row = await repository.findOneBy({ id, userId, bootstrap: false, ...good(now) });
      return row ? rowToApiKey(row) : undefined;
    },
    replace: (id, successor, formerUntil) =>
      dataSource.transaction(async (manager) => {
        const { userId, createdAt } = successor;
        await lockUser(manager, userId);
        const row = await manager.findOneBy(apiKeyEntity, { id, userId, bootstrap: false, ...good(createdAt) });
        if (!row) return false;
        if (!row.expiresAt || row.expiresAt > formerUntil)
          await manager.update(apiKeyEntity, { id }, { expiresAt: formerUntil });
        if (formerUntil <= createdAt) await announceRevocations(manager, [revocationOf(id, createdAt)]);
        await manager.insert(apiKeyEntity, apiKeyToRow(successor, false));
        return true;
      }),
    async noteUses(uses) {
      const [rows]: [unknown[]] = await dataSource.query(
        `UPDATE auth.api_keys k SET last_used_at = greatest(k.last_used_at, use.at)
         FROM unnest($1::uuid[], $2::timestamptz[]) AS use(id, at) WHERE k.id = use.id RETURNING k.id`,
        [uses.map(({ id }) => id), uses.map(({ lastUsedAt }) => lastUsedAt)],
      );
      return rows.length;
    },
    revoke: (id, { ownerId, now }) =>
      dataSource.transaction(async (manager) => {
        const where = { id, ...(ownerId === undefined ? {} : { userId: ownerId }) };
        const { affected } = await manager.update(apiKeyEntity, { ...where, revokedAt: IsNull() }, { revokedAt: now });
        if (affected) await announceRevocations(manager, [revocationOf(id, now)]);
        return Boolean(affected) || manager.existsBy(apiKeyEntity, where);
      }),
    adoptBootstrap: (keyHash, now) => dataSource.transaction((manager) => adoptBootstrap(manager, keyHash, now)),
  };
}

function revocationOf(id: string, at: Date) {
  return { kind: 'api-key', id, at: at.getTime() } as const;
}

/** Keeps whoever else changes this user's keys waiting until the transaction ends. */
async function lockUser(manager: EntityManager, id: string): Promise<void> {
  await manager.findOne(userEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

async function adoptBootstrap(manager: EntityManager, keyHash: string, now: Date): Promise<Adoption> {
  const owner = userToRow({ ...BOOTSTRAP_USER, createdAt: now });
  await manager.createQueryBuilder().insert().into(userEntity).values(owner).orIgnore().execute();
  await lockUser(manager, BOOTSTRAP_USER.id);
  const former = await manager.findBy(apiKeyEntity, {
    bootstrap: true,
    keyHash: Not(keyHash),
    revokedAt: IsNull(),
    expiresAt: IsNull(),
  });
  for (const { id } of former) {
    await manager.update(apiKeyEntity, { id }, { expiresAt: now });
    await announceRevocations(manager, [revocationOf(id, now)]);
  }
  const retired = former.map(({ id }) => id);
  const same = await manager.findOneBy(apiKeyEntity, { keyHash });
  if (same) {
    await manager.update(apiKeyEntity, { id: same.id }, { expiresAt: null });
    const revoked = same.revokedAt !== null;
    return { retired, revoked, ...(revoked || same.expiresAt === null ? {} : { adopted: same.id }) };
  }
  const key = { ...BOOTSTRAP_KEY, id: randomUUID(), keyHash, createdAt: now };
  await manager.insert(apiKeyEntity, apiKeyToRow(key, true));
  return { retired, revoked: false, adopted: key.id };
}
