import { cacheInvalidateEvent, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import type { EventBus, Subscription } from '@quotefleet/messaging';
import type { CacheEvents } from '../events.ts';
import type { Generations } from './generations.ts';

export interface InvalidationFeedContext {
  bus: EventBus;
  generations: Generations;
  events: CacheEvents;
  /** Names this node: each node hears every change, in consumer groups of its own. */
  instanceId: string;
}

/**
 * Listens to what changes stored data. Once this resolves, nothing that changes later is missed.
 * @returns what stops the listening
 */
export async function startInvalidationFeed(context: InvalidationFeedContext): Promise<Pick<Subscription, 'close'>> {
  const { bus, generations, events, instanceId } = context;
  const topics = [TOPICS.cacheInvalidate, TOPICS.bars];
  await bus.ensureTopics(topics.map((name) => ({ name, partitions: TOPIC_PARTITIONS })));
  const common = { from: 'latest' as const, onTrouble: events.busTrouble.bind(events) };
  const subscriptions = await Promise.all([
    bus.subscribe({
      ...common,
      group: `cache-imports-${instanceId}`,
      topics: [TOPICS.cacheInvalidate],
      decode: (value) => cacheInvalidateEvent.parse(value),
      handle: async (batch) => {
        for (const { value } of batch.events) generations.storedChanged(value.payload.symbol);
        events.invalidated('import', batch.events.length);
      },
    }),
    bus.subscribe({
      ...common,
      group: `cache-bars-${instanceId}`,
      topics: [TOPICS.bars],
      decode: readBarPosition,
      handle: async (batch) => {
        for (const { value } of batch.events) generations.barChanged(value.symbol, value.ts);
        events.invalidated('bar', batch.events.length);
      },
    }),
  ]);
  return {
    close: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    },
  };
}

/** All that is needed of a bar: its whole schema would cost more than the rest of the work. */
function readBarPosition(value: unknown): { symbol: string; ts: number } {
  const { payload } = value as { payload?: { symbol?: unknown; ts?: unknown } };
  const { symbol, ts } = payload ?? {};
  if (typeof symbol !== 'string' || symbol.length > 32 || typeof ts !== 'number' || !Number.isSafeInteger(ts))
    throw new Error('expected a bar event with payload.symbol and payload.ts');
  return { symbol, ts };
}
