import {
  type AuthRevokedPayload,
  authRevokedEvent,
  barEvent,
  compileParser,
  TOPIC_PARTITIONS,
  TOPICS,
  tickEvent,
} from '@quotefleet/contracts';
import type { EventBus, Subscription } from '@quotefleet/messaging';
import type { RealtimeEvents } from '../events.ts';
import type { RoomHub } from '../rooms/room-hub.ts';

const parseTickEvent = compileParser(tickEvent);
const parseBarEvent = compileParser(barEvent);

export interface MarketFeedContext {
  bus: EventBus;
  hub: RoomHub;
  events: RealtimeEvents;
  /** Told of the API key, user or session that lost its rights. */
  onRevoked: (revoked: AuthRevokedPayload) => void;
  /** Names this node: each node reads everything, in consumer groups of its own. */
  instanceId: string;
}

/**
 * Reads ticks, bars and revocations off the bus into this node.
 * @returns what stops the reading
 */
export async function startMarketFeed({
  bus,
  hub,
  events,
  onRevoked,
  instanceId,
}: MarketFeedContext): Promise<Pick<Subscription, 'close'>> {
  const topics = [TOPICS.ticks, TOPICS.bars, TOPICS.authRevoked];
  await bus.ensureTopics(topics.map((name) => ({ name, partitions: TOPIC_PARTITIONS })));
  const common = { from: 'latest' as const, onTrouble: events.busTrouble.bind(events) };
  const subscriptions = await Promise.all([
    bus.subscribe({
      ...common,
      group: `realtime-ticks-${instanceId}`,
      topics: [TOPICS.ticks],
      decode: parseTickEvent,
      handle: async (batch) => {
        for (const { value } of batch.events) hub.publishTick(value);
      },
    }),
    bus.subscribe({
      ...common,
      group: `realtime-bars-${instanceId}`,
      topics: [TOPICS.bars],
      decode: parseBarEvent,
      handle: async (batch) => {
        for (const { value } of batch.events) hub.publishBar(value);
      },
    }),
    bus.subscribe({
      ...common,
      group: `realtime-auth-${instanceId}`,
      topics: [TOPICS.authRevoked],
      decode: (value) => authRevokedEvent.parse(value),
      handle: async (batch) => {
        for (const { value } of batch.events) onRevoked(value.payload);
      },
    }),
  ]);
  return {
    close: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    },
  };
}
