import { describe, expect, it } from '@jest/globals';
import type { AuditPayload, EventEnvelope } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { BusUnavailableError, type EventBus } from '../event-bus.ts';
import { createInProcessBus } from '../in-process/in-process-bus.ts';
import { AuditPublisher } from './audit-publisher.ts';

const entry = (number: number): AuditPayload => ({
  ...{ actor: `user ${number % 3}`, action: 'call.refused', outcome: 'refused' },
  target: `listBars ${number}`,
});

/** A publisher on a bus that can be taken away, and what was published and counted. */
function setUp(queueMax = 10_000) {
  const bus = createInProcessBus();
  const published: AuditPayload[] = [];
  const counted = { queued: 0, dropped: 0, trouble: 0 };
  const state = { away: false };
  const shaky: EventBus = {
    ...bus,
    ensureTopics: (topics) => bus.ensureTopics(topics),
    publish: async (_topic, events) => {
      if (state.away) throw new BusUnavailableError('away');
      published.push(...events.map(({ value }) => (value as EventEnvelope<AuditPayload>).payload));
    },
  };
  const meter = {
    queued: () => {
      counted.queued += 1;
    },
    dropped: () => {
      counted.dropped += 1;
    },
    trouble: () => {
      counted.trouble += 1;
    },
  };
  return { publisher: new AuditPublisher({ name: 'gateway', bus: shaky, meter, queueMax }), published, counted, state };
}

describe('the publisher of audit events', () => {
  it('brings every event to the bus, in order', async () => {
    const { publisher, published, counted } = setUp();
    for (let number = 0; number < 2000; number++) publisher.publish(entry(number));
    await publisher.close();
    expect(published).toEqual(Array.from({ length: 2000 }, (_, number) => entry(number)));
    expect(counted).toEqual({ queued: 2000, dropped: 0, trouble: 0 });
  });

  it('keeps events while the bus is away, counts what it has no room for and tells of it', async () => {
    const { publisher, published, counted, state } = setUp(5);
    state.away = true;
    for (let number = 0; number < 8; number++) publisher.publish(entry(number));
    await waitUntil(() => counted.trouble > 0);
    expect([publisher.depth, counted.dropped, published.length]).toEqual([5, 3, 0]);
    state.away = false;
    await waitUntil(() => published.length === 6);
    expect(published.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map(entry));
    expect(published[5]).toMatchObject({ actor: 'system', action: 'audit.overflow', count: 3 });
    publisher.publish(entry(9));
    await publisher.close();
    expect(published.at(-1)).toEqual(entry(9));
  });

  it('does not hold up a stop for ever', async () => {
    const { publisher, counted, state } = setUp();
    state.away = true;
    publisher.publish(entry(1));
    await publisher.close();
    expect([publisher.depth, counted.dropped]).toEqual([0, 1]);
  });
});
