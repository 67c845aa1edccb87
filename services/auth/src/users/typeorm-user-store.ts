import { type DataSource, type EntityManager, In, IsNull, Not, QueryFailedError } from 'typeorm';
import { announceRevocations } from '../revocations/announce-revocation.ts';
import { revokeSessions } from '../sessions/typeorm-session-store.ts';
import { rowToUser, type UserRow, userEntity, userToRow } from './user-entity.ts';
import type { ChangeOptions, ListUsersOptions, UserChange, UserStore } from './user-store.ts';

const UNIQUE_VIOLATION = '23505';

/** A UserStore in PostgreSQL. */
export function createTypeormUserStore(dataSource: DataSource): UserStore {
  const repository = dataSource.getRepository(userEntity);
  return {
    async insert(user) {
      const { raw } = await repository
        .createQueryBuilder()
        .insert()
        .values(userToRow(user))
        .orIgnore()
        .returning('id')
        .execute();
      return raw.length === 1;
    },
    async findByUsername(username) {
      const row = await repository
        .createQueryBuilder('u')
        .where('lower(u.username) = lower(:username)', { username })
        .getOne();
      return row ? rowToUser(row) : undefined;
    },
    async findById(id) {
      const row = await repository.findOneBy({ id });
      return row ? rowToUser(row) : undefined;
    },
    async findByEmail(indexes) {
      const where = { emailIndex: In([...indexes]), emailVerifiedAt: Not(IsNull()), deletedAt: IsNull() };
      const row = await repository.findOneBy(where);
      return row ? rowToUser(row) : undefined;
    },
    list: async (options) => (await listRows(dataSource, options)).map(rowToUser),
    async change(id, change, options) {
      try {
        return await dataSource.transaction((manager) => changeUser(manager, id, change, options));
      } catch (error) {
        if (change.email && isUniqueViolation(error)) return false;
        throw error;
      }
    },
    erase: (id, now) => dataSource.transaction((manager) => erase(manager, id, now)),
  };
}

function listRows(dataSource: DataSource, { search, role, limit, after }: ListUsersOptions): Promise<UserRow[]> {
  const query = dataSource.getRepository(userEntity).createQueryBuilder('u').where('u.deleted_at IS NULL');
  if (search !== undefined) query.andWhere('strpos(lower(u.username), lower(:search)) > 0', { search });
  if (role !== undefined) query.andWhere('u.role = :role', { role });
  if (after !== undefined) query.andWhere('lower(u.username) > lower(:after)', { after });
  return query.orderBy('lower(u.username)').limit(limit).getMany();
}

async function changeUser(
  manager: EntityManager,
  id: string,
  change: UserChange,
  { now, announce = false, endSessions = false }: ChangeOptions,
): Promise<boolean> {
  const { email, ...rest } = change;
  const columns: Partial<UserRow> = {
    ...('role' in rest && rest.role !== undefined ? { role: rest.role } : {}),
    ...('passwordHash' in rest && rest.passwordHash !== undefined ? { passwordHash: rest.passwordHash } : {}),
    ...('disabledAt' in rest ? { disabledAt: rest.disabledAt ?? null } : {}),
    ...('phoneSealed' in rest ? { phoneSealed: rest.phoneSealed ?? null } : {}),
    ...(email ? { emailSealed: email.sealed, emailIndex: email.index, emailVerifiedAt: email.verifiedAt } : {}),
  };
  const row = await manager.findOne(userEntity, {
    where: { id, deletedAt: IsNull() },
    lock: { mode: 'pessimistic_write' },
  });
  if (!row) return false;
  if (Object.keys(columns).length > 0) await manager.update(userEntity, { id }, columns);
  if (endSessions) {
    const except = endSessions === true ? undefined : endSessions.except;
    await revokeSessions(manager, { userId: id, ...(except === undefined ? {} : { id: Not(except) }) }, now);
    // Whoever had the account may have had mail sent by which it could be taken again.
    await manager.query('DELETE FROM auth.one_time_tokens WHERE user_id = $1', [id]);
  }
  if (announce) await announceRevocations(manager, [{ kind: 'user', id, at: now.getTime() }]);
  return true;
}

async function erase(manager: EntityManager, id: string, now: Date): Promise<boolean> {
  const row = await manager.findOne(userEntity, {
    where: { id, deletedAt: IsNull() },
    lock: { mode: 'pessimistic_write' },
  });
  if (!row) return false;
  await revokeSessions(manager, { userId: id }, now);
  for (const table of ['one_time_tokens', 'second_factors', 'recovery_codes'])
    await manager.query(`DELETE FROM auth.${table} WHERE user_id = $1`, [id]);
  await manager.query(
    `UPDATE auth.api_keys SET revoked_at = $2, name = '', signing_sealed = NULL WHERE user_id = $1 AND revoked_at IS NULL`,
    [id, now],
  );
  await manager.query('UPDATE auth.sessions SET ip = NULL, user_agent = NULL WHERE user_id = $1', [id]);
  // Nobody can register a name with a blank in it.
  const nothing = {
    ...{ passwordHash: null, emailSealed: null, emailIndex: null, emailVerifiedAt: null },
    phoneSealed: null,
  };
  await manager.update(userEntity, { id }, { ...nothing, role: 'user', username: `deleted ${id}`, deletedAt: now });
  await announceRevocations(manager, [{ kind: 'user', id, at: now.getTime() }]);
  return true;
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === UNIQUE_VIOLATION;
}
