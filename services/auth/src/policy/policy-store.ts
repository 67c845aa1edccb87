import { createEvent, TOPICS, type VersionedPolicy } from '@quotefleet/contracts';
import { appendToOutbox, translateDatabaseErrors } from '@quotefleet/relational';
import { currentTraceId } from '@quotefleet/service-kit';
import type { DataSource, EntityManager } from 'typeorm';

/** Versions kept, for whoever wants to know how the policy came to be. */
const VERSIONS_MAX = 500;
/** Held while the policy changes; any number that no other lock of auth has. */
const POLICY_LOCK = 1_764_200_001;

/** The access policy in PostgreSQL, version by version. */
export interface PolicyStore {
  current(): Promise<VersionedPolicy>;
  /**
   * Runs `change` on the current version, which nobody else changes meanwhile; what it resolves to becomes the next
   * one and is announced when the transaction commits.
   */
  change(
    change: (manager: EntityManager, current: VersionedPolicy) => Promise<Pick<VersionedPolicy, 'policy'> & Changed>,
  ): Promise<number>;
}

interface Changed {
  actor: string;
  /** The last step of the transaction. */
  conclude: (manager: EntityManager) => Promise<void>;
}

export function createPolicyStore(dataSource: DataSource): PolicyStore {
  return {
    current: () => translateDatabaseErrors(() => load(dataSource.manager)),
    change: (change) =>
      translateDatabaseErrors(() =>
        dataSource.transaction(async (manager) => {
          await manager.query('SELECT pg_advisory_xact_lock($1)', [POLICY_LOCK]);
          const current = await load(manager);
          const { policy, actor, conclude } = await change(manager, current);
          const version = current.version + 1;
          await manager.query('INSERT INTO auth.access_policies (version, policy, actor) VALUES ($1, $2, $3)', [
            ...[version, JSON.stringify(policy), actor],
          ]);
          await manager.query('DELETE FROM auth.access_policies WHERE version <= $1', [version - VERSIONS_MAX]);
          const event = createEvent('auth.policy', { version }, currentTraceId());
          await appendToOutbox(manager, { topic: TOPICS.authPolicy, key: 'policy', event });
          await conclude(manager);
          return version;
        }),
      ),
  };
}

async function load(manager: EntityManager): Promise<VersionedPolicy> {
  const rows: VersionedPolicy[] = await manager.query(
    'SELECT version, policy FROM auth.access_policies ORDER BY version DESC LIMIT 1',
  );
  const [row] = rows;
  if (!row) throw new Error('expected a version of the access policy in auth.access_policies, found none');
  return row;
}
