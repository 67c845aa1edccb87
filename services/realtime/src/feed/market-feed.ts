import {
  type AuthRevokedPayload,
  authRevokedEvent,
  barEvent,
  compileParser,
  instrumentEvent,
  TOPIC_PARTITIONS,
  TOPICS,
  tickEvent,
  tradeEvent,
} from '@quotefleet/contracts';
import type { EventBus, Subscription } from '@quotefleet/messaging';
import type { RoomInputs } from '../compose-rooms.ts';
import type { RealtimeEvents } from '../events.ts';

/** What a node that starts reads first, so that clients which come from another node resume at it. */
const REPLAY_MS = 60_000;

const parseTickEvent = compileParser(tickEvent);
const parseBarEvent = compileParser(barEvent);
const parseTradeEvent = compileParser(tradeEvent);

export interface MarketFeedContext extends RoomInputs {
  bus: EventBus;
  events: RealtimeEvents;
  /** Told of the API key, user or session that lost its rights. */
  onRevoked: (revoked: AuthRevokedPayload) => void;
  /** Names this node: each node reads everything, in consumer groups of its own. */
  instanceId: string;
}

/**
 * Reads ticks, bars, trades, changes of instruments and revocations off the bus into this node.
 * @returns what stops the reading, and tells when the last minute before it was read
 */
export async function startMarketFeed({
  bus,
  ticks,
  bars,
  trades,
  members,
  events,
  onRevoked,
  instanceId,
}: MarketFeedContext): Promise<Subscription> {
  const topics = [TOPICS.ticks, TOPICS.bars, TOPICS.trades, TOPICS.instruments, TOPICS.authRevoked];
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
      ...replayed,
      group: `realtime-trades-${instanceId}`,
      topics: [TOPICS.trades],
      decode: parseTradeEvent,
      handle: async (batch) => {
        for (const { value } of batch.events) trades.accept(value);
      },
    }),
    bus.subscribe({
      ...common,
      group: `realtime-instruments-${instanceId}`,
      topics: [TOPICS.instruments],
      decode: (value) => instrumentEvent.parse(value),
      handle: async () => members.changed(),
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
