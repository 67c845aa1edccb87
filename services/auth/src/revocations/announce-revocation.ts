import { type AuthRevokedPayload, createEvent, TOPICS } from '@quotefleet/contracts';
import { appendToOutbox } from '@quotefleet/relational';
import { currentTraceId } from '@quotefleet/service-kit';
import type { EntityManager } from 'typeorm';

/** Who lost rights, and when: ms since epoch. */
export interface Revocation extends AuthRevokedPayload {
  at: number;
}

/**
 * Tells the fleet, once the caller's transaction commits, that somebody lost their rights: by event, and in the list that
 * verifiers ask for when they start or may have missed events.
 */
export async function announceRevocations(manager: EntityManager, revocations: readonly Revocation[]): Promise<void> {
  if (revocations.length === 0) return;
  await manager.query(
    `INSERT INTO auth.revocations (kind, id, at)
     SELECT kind, id, to_timestamp(at / 1000.0) FROM unnest($1::text[], $2::text[], $3::bigint[]) AS row(kind, id, at)`,
    [revocations.map(({ kind }) => kind), revocations.map(({ id }) => id), revocations.map(({ at }) => at)],
  );
  await appendToOutbox(
    manager,
    revocations.map((revoked) => ({
      topic: TOPICS.authRevoked,
      key: revoked.id,
      event: createEvent('auth.revoked', revoked, currentTraceId()),
    })),
  );
}
