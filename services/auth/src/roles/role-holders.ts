import { translateDatabaseErrors } from '@quotefleet/relational';
import type { DataSource, EntityManager } from 'typeorm';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Users and OAuth clients: whoever holds a role. Those that were revoked or deleted hold none. */
const HOLDERS = `(
  SELECT id, role FROM auth.users WHERE deleted_at IS NULL
  UNION ALL
  SELECT id, role FROM auth.oauth_clients WHERE revoked_at IS NULL
) AS holders`;

/** Knows who holds which role. */
export interface RoleHolders {
  /** The role of a user or an OAuth client; undefined where nobody has the id. */
  roleOf(subject: string): Promise<string | undefined>;
  /** How many hold a role, as the caller's transaction sees it. */
  count(manager: EntityManager, role: string): Promise<number>;
}

export function createRoleHolders(dataSource: DataSource): RoleHolders {
  return {
    async roleOf(subject) {
      if (!UUID.test(subject)) return undefined;
      const rows: { role: string }[] = await translateDatabaseErrors(() =>
        dataSource.query(`SELECT role FROM ${HOLDERS} WHERE id = $1`, [subject]),
      );
      return rows[0]?.role;
    },
    async count(manager, role) {
      const rows: { count: number }[] = await manager.query(
        `SELECT count(*)::integer AS count FROM ${HOLDERS} WHERE role = $1`,
        [role],
      );
      return rows[0]?.count ?? 0;
    },
  };
}
