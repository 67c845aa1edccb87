import type { DataSource } from 'typeorm';
import { rowToUser, userEntity, userToRow } from './user-entity.ts';
import type { UserStore } from './user-store.ts';

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
  };
}
