import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import type { ContractFixture } from './contract-fixture.ts';
import { expectedByKey, numbered, sameKey } from './numbered-events.ts';
import { Probe } from './probe.ts';

export function describeStart(fixture: ContractFixture): void {
  describe('where a group starts', () => {
    it('misses nothing that is published after a latest subscription resolved', async () => {
      await fixture.bus.publish(fixture.topic, numbered(0, 20));
      const probe = new Probe();
      await fixture.subscribe(probe, { from: 'latest' });
      await fixture.bus.publish(fixture.topic, numbered(100, 20));
      await waitUntil(() => probe.events.length >= 20);
      expect(probe.byKey()).toEqual(expectedByKey(numbered(100, 20)));
    });

    it('goes on where the group stopped, also when the first member handled nothing', async () => {
      await fixture.bus.publish(fixture.topic, numbered(0, 10));
      const first = await fixture.subscribe(new Probe(), { from: 'latest' });
      await first.close();
      await fixture.bus.publish(fixture.topic, numbered(100, 10));
      const probe = new Probe();
      await fixture.subscribe(probe, { from: 'latest' });
      await waitUntil(() => probe.events.length >= 10);
      expect(probe.byKey()).toEqual(expectedByKey(numbered(100, 10)));
    });

    it('starts at the first event of the last so many ms, and behind the newest where there is none', async () => {
      await fixture.bus.publish(fixture.topic, numbered(0, 20));
      await sleep(150);
      const afterMs = Date.now();
      await sleep(150);
      await fixture.bus.publish(fixture.topic, sameKey(100, 5));
      const probe = new Probe();
      await fixture.subscribe(probe, { from: { sinceMs: Date.now() - afterMs } });
      await fixture.bus.publish(fixture.topic, sameKey(105, 5));
      await fixture.bus.publish(fixture.topic, numbered(200, 20));
      await waitUntil(() => probe.events.length >= 30);
      const expected = { ...expectedByKey(numbered(200, 20)), one: sameKey(100, 10).map(({ value }) => value) };
      expect(probe.byKey()).toEqual(expected);
    });

    it('does not deliver again what was committed', async () => {
      const before = new Probe();
      const first = await fixture.subscribe(before);
      await fixture.bus.publish(fixture.topic, numbered(0, 10));
      await waitUntil(() => before.events.length >= 10);
      await first.close();
      await fixture.bus.publish(fixture.topic, numbered(10, 10));
      const after = new Probe();
      await fixture.subscribe(after);
      await waitUntil(() => after.events.length >= 10);
      expect(after.byKey()).toEqual(expectedByKey(numbered(10, 10)));
    });
  });
  describe('a member that catches up', () => {
    it('has caught up once it handled what was there when it subscribed', async () => {
      await fixture.bus.publish(fixture.topic, numbered(0, 50));
      const probe = new Probe();
      const gate = Promise.withResolvers<void>();
      let isCaughtUp = false;
      const subscription = await fixture.subscribe(probe, {
        batchMax: 5,
        handle: async (batch) => {
          if (probe.events.length > 20) {
            await gate.promise;
          }
          probe.take(batch);
        },
      });
      const caughtUp = subscription.caughtUp.then(() => {
        isCaughtUp = true;
      });
      await waitUntil(() => probe.events.length > 20);
      expect(isCaughtUp).toBe(false);
      gate.resolve();
      await caughtUp;
      expect(probe.byKey()).toEqual(expectedByKey(numbered(0, 50)));
    });

    it('has caught up at once where there is nothing to handle', async () => {
      await fixture.bus.publish(fixture.topic, numbered(0, 10));
      const probe = new Probe();
      await (await fixture.subscribe(probe, { from: 'latest' })).caughtUp;
      expect(probe.events).toEqual([]);
    });

    it('does not wait for what went to another member', async () => {
      await fixture.bus.publish(fixture.topic, numbered(0, 50));
      const failing = new Probe();
      failing.failures = Number.POSITIVE_INFINITY;
      await fixture.subscribe(failing);
      const probe = new Probe();
      await (await fixture.subscribe(probe)).caughtUp;
      expect(new Set(probe.batches.map(({ partition }) => partition)).size).toBeLessThanOrEqual(2);
    });

    it('is not waited for once it closed', async () => {
      await fixture.bus.publish(fixture.topic, numbered(0, 10));
      const probe = new Probe();
      probe.failures = Number.POSITIVE_INFINITY;
      const subscription = await fixture.subscribe(probe);
      await subscription.close();
      await subscription.caughtUp;
      expect(probe.events).toEqual([]);
    });
  });
}
