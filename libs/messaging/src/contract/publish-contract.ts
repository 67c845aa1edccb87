import { describe, expect, it } from '@jest/globals';
import { uniqueName, waitUntil } from '@quotefleet/testing';
import type { ContractFixture } from './contract-fixture.ts';
import { numbered, sameKey } from './numbered-events.ts';
import { Probe } from './probe.ts';

export function describePublishing(fixture: ContractFixture): void {
  describe('publishing', () => {
    it('takes an empty list', async () => {
      await expect(fixture.bus.publish(fixture.topic, [])).resolves.toBeUndefined();
    });

    it('refuses a topic that nobody made', async () => {
      await expect(fixture.bus.publish(uniqueName('nowhere'), numbered(0, 1))).rejects.toMatchObject({
        name: 'BusUnavailableError',
      });
    });

    it('refuses what JSON cannot hold, and nothing of that publish arrives', async () => {
      const bad = [
        { key: 'one', value: 1 },
        { key: 'one', value: undefined },
      ];
      await expect(fixture.bus.publish(fixture.topic, bad)).rejects.toThrow(
        new TypeError('expected a JSON value to publish, was undefined'),
      );
      await fixture.bus.publish(fixture.topic, sameKey(7, 1));
      const probe = new Probe();
      await fixture.subscribe(probe);
      await waitUntil(() => probe.events.length >= 1);
      expect(probe.numbers()).toEqual([7]);
    });

    it('shows consumers the value as it was when it was published', async () => {
      const value = { at: new Date(0), list: [1, undefined, { deep: Number.NaN }], none: undefined, text: '涨停' };
      const seen: unknown[] = [];
      const published = fixture.bus.publish(fixture.topic, [{ key: 'one', value }]);
      value.text = 'changed';
      value.list.push(2);
      await published;
      await fixture.bus.subscribe({
        group: fixture.group,
        topics: [fixture.topic],
        from: 'earliest',
        decode: (decoded) => decoded,
        handle: async ({ events }) => void seen.push(...events.map((event) => event.value)),
      });
      await waitUntil(() => seen.length > 0);
      expect(seen).toEqual([{ at: '1970-01-01T00:00:00.000Z', list: [1, null, { deep: null }], text: '涨停' }]);
    });

    it('lets a handler publish to the topic it reads', async () => {
      const probe = new Probe();
      await fixture.subscribe(probe, {
        handle: async (batch) => {
          const next = batch.events.filter(({ value }) => value < 100);
          await fixture.bus.publish(
            fixture.topic,
            next.map(({ key, value }) => ({ key, value: value + 10 })),
          );
          probe.take(batch);
        },
      });
      await fixture.bus.publish(fixture.topic, sameKey(0, 1));
      await waitUntil(() => probe.events.length >= 11);
      expect(probe.numbers()).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    });
  });
}
