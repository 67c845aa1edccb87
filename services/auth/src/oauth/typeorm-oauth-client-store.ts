import { type DataSource, IsNull, LessThan, MoreThan, Or } from 'typeorm';
import { announceRevocations } from '../revocations/announce-revocation.ts';
import { revokeSessions } from '../sessions/typeorm-session-store.ts';
import { oauthClientEntity, oauthSecretEntity, rowToClient } from './oauth-client-entity.ts';
import type { OAuthClientStore } from './oauth-client-store.ts';

/** An OAuthClientStore in PostgreSQL. */
export function createTypeormOAuthClientStore(dataSource: DataSource): OAuthClientStore {
  const clients = dataSource.getRepository(oauthClientEntity);
  const secrets = dataSource.getRepository(oauthSecretEntity);
  return {
    insert: (client, { hash, createdAt }) =>
      dataSource.transaction(async (manager) => {
        const row = { ...client, expiresAt: client.expiresAt ?? null, revokedAt: null };
        await manager.insert(oauthClientEntity, row);
        const secret = { secretHash: hash, clientId: client.id, createdAt, expiresAt: null };
        await manager.insert(oauthSecretEntity, secret);
      }),
    async findValid(id, now) {
      const later = Or(IsNull(), MoreThan(now));
      const row = await clients.findOneBy({ id, revokedAt: IsNull(), expiresAt: later });
      if (!row) return undefined;
      const good = await secrets.findBy({ clientId: id, expiresAt: later });
      return { client: rowToClient(row), secretHashes: good.map(({ secretHash }) => secretHash) };
    },
    async list() {
      const rows = await clients.find({ where: { revokedAt: IsNull() }, order: { createdAt: 'ASC', id: 'ASC' } });
      return rows.map(rowToClient);
    },
    rotate: (id, { hash, createdAt }, formerUntil) =>
      dataSource.transaction(async (manager) => {
        const lock = { mode: 'pessimistic_write' } as const;
        const row = await manager.findOne(oauthClientEntity, { where: { id, revokedAt: IsNull() }, lock });
        if (!row) return undefined;
        await manager.delete(oauthSecretEntity, { clientId: id, expiresAt: LessThan(createdAt) });
        const ending = { clientId: id, expiresAt: Or(IsNull(), MoreThan(formerUntil)) };
        await manager.update(oauthSecretEntity, ending, { expiresAt: formerUntil });
        await manager.insert(oauthSecretEntity, { secretHash: hash, clientId: id, createdAt, expiresAt: null });
        return rowToClient(row);
      }),
    revoke: (id, now) =>
      dataSource.transaction(async (manager) => {
        const { affected } = await manager.update(oauthClientEntity, { id, revokedAt: IsNull() }, { revokedAt: now });
        if (!affected) return false;
        await revokeSessions(manager, { clientId: id }, now);
        await announceRevocations(manager, [{ kind: 'user', id, at: now.getTime() }]);
        return true;
      }),
  };
}
