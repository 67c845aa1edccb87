import { type AuthRevokedPayload, createEvent, TOPICS } from '@quotefleet/contracts';
import { appendToOutbox } from '@quotefleet/relational';
import { currentTraceId } from '@quotefleet/service-kit';
import type { EntityManager } from 'typeorm';

/** Tells the fleet, once the caller's transaction commits, that somebody lost their rights. */
export async function announceRevocation(manager: EntityManager, revoked: AuthRevokedPayload): Promise<void> {
  const event = createEvent('auth.revoked', revoked, currentTraceId());
  await appendToOutbox(manager, { topic: TOPICS.authRevoked, key: revoked.id, event });
}
