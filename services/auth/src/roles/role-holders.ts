import { translateDatabaseErrors } from '@quotefleet/relational';
import type { DataSource, EntityManager } from 'typeorm';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Knows who holds which role. */
export interface RoleHolders {
  /** The role of a user; undefined where nobody has the id. */
  roleOf(subject: string): Promise<string | undefined>;
  /** How many hold a role, as the caller's transaction sees it. */
  count(manager: EntityManager, role: string): Promise<number>;
}

export function createRoleHolders(dataSource: DataSource): RoleHolders {
  return {
    async roleOf(subject) {
      if (!UUID.test(subject)) return undefined;
      const rows: { role: string }[] = await translateDatabaseErrors(() =>
        dataSource.query('SELECT role FROM auth.users WHERE id = $1', [subject]),
      );
      return rows[0]?.role;
    },
    async count(manager, role) {
      const rows: { holders: number }[] = await manager.query(
        'SELECT count(*)::integer AS holders FROM auth.users WHERE role = $1',
        [role],
      );
      return rows[0]?.holders ?? 0;
    },
  };
}
