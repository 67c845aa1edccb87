import { translateDatabaseErrors } from '@quotefleet/relational';
import type { DataSource } from 'typeorm';
import { announceRevocations } from '../revocations/announce-revocation.ts';

/** For how long after its end a key is told of; less than revocations are kept. */
const TOLD_HOURS = 23;

/**
 * Tells the fleet of keys whose end has come since the last time: one that was rotated ends earlier than those knew who let
 * a connection in by it. A key that was told of is not told of again.
 */
export function announceEndedKeys(dataSource: DataSource, now: Date): Promise<void> {
  return translateDatabaseErrors(() =>
    dataSource.transaction(async (manager) => {
      const ended: { id: string }[] = await manager.query(
        `SELECT id FROM auth.api_keys k
         WHERE revoked_at IS NULL AND expires_at <= $1 AND expires_at > $1::timestamptz - make_interval(hours => $2)
           AND NOT EXISTS (
             SELECT FROM auth.revocations r WHERE r.kind = 'api-key' AND r.id = k.id::text AND r.at >= k.expires_at
           )
         FOR UPDATE SKIP LOCKED`,
        [now, TOLD_HOURS],
      );
      const at = now.getTime();
      await announceRevocations(
        manager,
        ended.map(({ id }) => ({ kind: 'api-key', id, at })),
      );
    }),
  );
}
