import { type AuthRevokedPayload, authRevokedEvent, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import type { EventBus, Subscription } from '@quotefleet/messaging';
import type { GatewayEvents } from '../events.ts';

interface FollowRevocationsOptions {
  bus: EventBus;
  /** Of this gateway alone: every one must hear every event. */
  group: string;
  /** Told of a key, user or session that lost its rights. */
  forget: (revoked: AuthRevokedPayload) => void;
  events: GatewayEvents;
}

/** Forgets credentials as soon as auth tells that they lost their rights. */
export async function followRevocations(options: FollowRevocationsOptions): Promise<Subscription> {
  const { bus, group, forget, events } = options;
  await bus.ensureTopics([{ name: TOPICS.authRevoked, partitions: TOPIC_PARTITIONS }]);
  return bus.subscribe({
    group,
    topics: [TOPICS.authRevoked],
    from: 'latest',
    decode: (value) => authRevokedEvent.parse(value),
    handle: async (batch) => {
      for (const { value } of batch.events) {
        forget(value.payload);
        events.credentialsRevoked(value.payload.kind, value.payload.id);
      }
    },
    onTrouble: events.busTrouble,
  });
}
