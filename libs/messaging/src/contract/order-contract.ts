import { describe, expect, it } from '@jest/globals';
import { uniqueName, waitUntil } from '@quotefleet/testing';
import { type ContractFixture, PARTITIONS } from './contract-fixture.ts';
import { expectedByKey, numbered, numbersOf } from './numbered-events.ts';
import { Probe } from './probe.ts';

export function describeOrder(fixture: ContractFixture): void {
  describe('order and groups', () => {
    it('delivers the events of a key in the order of publishing', async () => {
      const probe = new Probe();
      await fixture.subscribe(probe);
      for (let round = 0; round < 5; round += 1) {
        await fixture.bus.publish(fixture.topic, numbered(round * 20, 20));
      }
      await waitUntil(() => probe.events.length >= 100);
      expect(probe.byKey()).toEqual(expectedByKey(numbered(0, 100)));
    });

    it('keeps the order of one caller who does not wait between publishes', async () => {
      const probe = new Probe();
      await fixture.subscribe(probe);
      const events = numbered(0, 300);
      await Promise.all(events.map((event) => fixture.bus.publish(fixture.topic, [event])));
      await waitUntil(() => probe.events.length >= events.length);
      expect(probe.byKey()).toEqual(expectedByKey(events));
    });

    it('hands in consecutive events of one partition, at most batchMax of them', async () => {
      const probe = new Probe();
      await fixture.bus.publish(fixture.topic, numbered(0, 50));
      await fixture.subscribe(probe, { batchMax: 3 });
      await waitUntil(() => probe.events.length >= 50);
      for (const batch of probe.batches) {
        expect(batch.topic).toBe(fixture.topic);
        expect(batch.events.length).toBeLessThanOrEqual(3);
        const first = Number(batch.events[0]?.offset);
        expect(batch.events.map(({ offset }) => Number(offset))).toEqual(batch.events.map((_, index) => first + index));
      }
    });

    it('shows every group every event', async () => {
      const [one, other] = [new Probe(), new Probe()];
      await fixture.subscribe(one);
      await fixture.subscribe(other, { group: uniqueName('group') });
      await fixture.bus.publish(fixture.topic, numbered(0, 40));
      await waitUntil(() => one.events.length >= 40 && other.events.length >= 40);
      expect(one.byKey()).toEqual(other.byKey());
    });

    it('shares the partitions between the members of a group', async () => {
      const [one, other] = [new Probe(), new Probe()];
      await fixture.subscribe(one);
      await fixture.subscribe(other);
      const events = Array.from({ length: 64 }, (_, value) => ({ key: `key ${value}`, value }));
      await fixture.bus.publish(fixture.topic, events);
      await waitUntil(() => one.events.length + other.events.length >= events.length);
      expect([...one.numbers(), ...other.numbers()].sort((a, b) => a - b)).toEqual(numbersOf(events));
      const partitions = [one, other].map((probe) => new Set(probe.batches.map(({ partition }) => partition)));
      expect(partitions.map((set) => set.size)).toEqual([2, 2]);
    });

    it('reads several topics in one subscription', async () => {
      const second = uniqueName('topic');
      await fixture.bus.ensureTopics([{ name: second, partitions: 1 }]);
      const probe = new Probe();
      await fixture.subscribe(probe, { topics: [fixture.topic, second] });
      await fixture.bus.publish(fixture.topic, numbered(0, 5));
      await fixture.bus.publish(second, numbered(5, 5));
      await waitUntil(() => probe.events.length >= 10);
      expect(probe.numbers().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it('leaves a topic that exists as it is', async () => {
      await fixture.bus.publish(fixture.topic, numbered(0, 3));
      await fixture.bus.ensureTopics([{ name: fixture.topic, partitions: PARTITIONS + 1 }]);
      const probe = new Probe();
      await fixture.subscribe(probe);
      await waitUntil(() => probe.events.length === 3);
    });
  });
}
