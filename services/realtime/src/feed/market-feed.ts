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
import type { BarRooms } from '../bars/bar-rooms.ts';
import type { RealtimeEvents } from '../events.ts';
import type { TickRooms } from '../ticks/tick-rooms.ts';

/** What a node that starts reads first, so that clients which come from another node resume at it. */
const REPLAY_MS = 60_000;

const parseTickEvent = compileParser(tickEvent);
const parseBarEvent = compileParser(barEvent);

export interface MarketFeedContext {
  bus: EventBus;
  ticks: TickRooms;
  bars: BarRooms;
  events: RealtimeEvents;
  /** Told of the API key, user or session that lost its rights. */
  onRevoked: (revoked: AuthRevokedPayload) => void;
  /** Names this node: each node reads everything, in consumer groups of its own. */
  instanceId: string;
}

/**
 * Reads ticks, bars and revocations off the bus into this node.
 * @returns what stops the reading, and tells when the last minute before it was read
 */
export async function startMarketFeed({
  bus,
  ticks,
  bars,
  events,
  onRevoked,
  instanceId,
}: MarketFeedContext): Promise<Subscription> {
  const topics = [TOPICS.ticks, TOPICS.bars, TOPICS.authRevoked];
  await bus.ensureTopics(topics.map((name) => ({ name, partitions: TOPIC_PARTITIONS })));
  const replayed = { from: { sinceMs: REPLAY_MS }, onTrouble: events.busTrouble.bind(events) };
  const common = { ...replayed, from: 'latest' as const };
  const subscriptions = await Promise.all([
    bus.subscribe({
      ...replayed,
      group: `realtime-ticks-${instanceId}`,
      topics: [TOPICS.ticks],
      decode: parseTickEvent,
      handle: async (batch) => {
        for (const { value } of batch.events) ticks.accept(value);
      },
    }),
    bus.subscribe({
      ...replayed,
      group: `realtime-bars-${instanceId}`,
      topics: [TOPICS.bars],
      decode: parseBarEvent,
      handle: async (batch) => {
        for (const { value } of batch.events) bars.accept(value);
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
    caughtUp: Promise.all(subscriptions.map(({ caughtUp }) => caughtUp)).then(() => undefined),
    close: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    },
  };
}
