import { randomUUID } from 'node:crypto';
import { type DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { announceRevocation } from '../announce-revocation.ts';
import { userEntity } from '../users/user-entity.ts';
import { apiKeyEntity, apiKeyToRow, rowToApiKey } from './api-key-entity.ts';
import type { ApiKeyStore } from './api-key-store.ts';
import { BOOTSTRAP_KEY, BOOTSTRAP_USER } from './bootstrap-key.ts';

/** An ApiKeyStore in PostgreSQL. */
export function createTypeormApiKeyStore(dataSource: DataSource): ApiKeyStore {
  const repository = dataSource.getRepository(apiKeyEntity);
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
    async findValid(keyHash, now) {
      const row = await repository.findOneBy({ keyHash, revokedAt: IsNull() });
      if (!row || (row.expiresAt && row.expiresAt <= now)) return undefined;
      const user = await dataSource.getRepository(userEntity).findOneByOrFail({ id: row.userId });
      return { key: rowToApiKey(row), role: user.role };
    },
    revoke: (id, { ownerId, now }) =>
      dataSource.transaction(async (manager) => {
        const where = { id, ...(ownerId === undefined ? {} : { userId: ownerId }) };
        const { affected } = await manager.update(apiKeyEntity, { ...where, revokedAt: IsNull() }, { revokedAt: now });
        if (affected) await announceRevocation(manager, { kind: 'api-key', id });
        return Boolean(affected) || manager.existsBy(apiKeyEntity, where);
      }),
    adoptBootstrap: (keyHash, now) => dataSource.transaction((manager) => adoptBootstrap(manager, keyHash, now)),
  };
}

/** Keeps whoever else changes this user's keys waiting until the transaction ends. */
async function lockUser(manager: EntityManager, id: string): Promise<void> {
  await manager.findOne(userEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

async function adoptBootstrap(manager: EntityManager, keyHash: string, now: Date) {
  const owner = { ...BOOTSTRAP_USER, passwordHash: null, createdAt: now };
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
    await announceRevocation(manager, { kind: 'api-key', id });
  }
  const same = await manager.findOneBy(apiKeyEntity, { keyHash });
  if (same) await manager.update(apiKeyEntity, { id: same.id }, { expiresAt: null });
  else {
    const key = { ...BOOTSTRAP_KEY, id: randomUUID(), keyHash, createdAt: now };
    await manager.insert(apiKeyEntity, apiKeyToRow(key, true));
  }
  return { retired: former.length, revoked: Boolean(same?.revokedAt) };
}
