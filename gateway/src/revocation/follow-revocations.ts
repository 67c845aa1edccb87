import { randomUUID } from 'node:crypto';
import { authRevokedEvent, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import type { EventBus, Subscription } from '@quotefleet/messaging';
import type { Authenticator } from '@quotefleet/service-kit';
import type { GatewayEvents } from '../events.ts';

/** Forgets credentials as soon as auth tells that they lost their rights. */
export async function followRevocations(
  bus: EventBus,
  authenticator: Authenticator,
  events: GatewayEvents,
): Promise<Subscription> {
  await bus.ensureTopics([{ name: TOPICS.authRevoked, partitions: TOPIC_PARTITIONS }]);
  return bus.subscribe({
    // A group of its own: every gateway must hear every event.
    group: `gateway-${randomUUID()}`,
    topics: [TOPICS.authRevoked],
    from: 'latest',
    decode: (value) => authRevokedEvent.parse(value),
    handle: async (batch) => {
      for (const { value } of batch.events) {
        authenticator.forget(value.payload.id);
        events.credentialsRevoked(value.payload.kind, value.payload.id);
      }
    },
    onTrouble: events.busTrouble,
  });
}
