import { describe, expect, it } from '@jest/globals';
import { uniqueName, waitUntil } from '@quotefleet/testing';
import type { BusTrouble } from '../event-bus.ts';
import { PoisonEventError } from '../event-bus.ts';
import type { ContractFixture } from './contract-fixture.ts';
import { numbersOf, sameKey } from './numbered-events.ts';
import { Probe } from './probe.ts';

export function describeFaults(fixture: ContractFixture): void {
  describe('faults', () => {
    it('hands the same batch in again after a passing fault, in order', async () => {
      const troubles: BusTrouble[] = [];
      const probe = new Probe();
      probe.failures = 3;
      await fixture.subscribe(probe, { onTrouble: (trouble) => troubles.push(trouble) });
      await fixture.bus.publish(fixture.topic, sameKey(0, 10));
      await waitUntil(() => probe.events.length >= 10);
      await fixture.bus.publish(fixture.topic, sameKey(10, 10));
      await waitUntil(() => probe.events.length >= 20);
      expect(probe.numbers()).toEqual(numbersOf(sameKey(0, 20)));
      expect(troubles).toHaveLength(3);
      expect(troubles[0]).toEqual({ kind: 'redelivery', topic: fixture.topic, reason: 'passing fault' });
    });

    it('puts a poison event into the dead letters and hands in the rest', async () => {
      const probe = new Probe();
      probe.poison = 4;
      const troubles: BusTrouble[] = [];
      await fixture.subscribe(probe, { onTrouble: (trouble) => troubles.push(trouble) });
      await fixture.bus.publish(fixture.topic, sameKey(0, 10));
      await waitUntil(() => probe.events.length >= 9);
      expect(probe.numbers()).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
      const [letter] = await deadLetters(1);
      expect(letter).toMatchObject({
        topic: fixture.topic,
        group: fixture.group,
        key: 'one',
        reason: 'no good: 4',
        value: '4',
      });
      expect(Number(letter?.offset)).toBe(4);
      expect(Math.abs(Date.now() - Number(letter?.failedAt))).toBeLessThan(60_000);
      expect(troubles).toContainEqual({ kind: 'dead-letter', topic: fixture.topic, reason: 'no good: 4' });
    });

    it('puts an event that cannot be decoded into the dead letters and goes on', async () => {
      const probe = new Probe();
      await fixture.subscribe(probe);
      await fixture.bus.publish(fixture.topic, [
        { key: 'one', value: 1 },
        { key: 'one', value: { name: '茅台' } },
        { key: 'one', value: 2 },
      ]);
      await waitUntil(() => probe.events.length >= 2);
      expect(probe.numbers()).toEqual([1, 2]);
      const [letter] = await deadLetters(1);
      expect(letter).toMatchObject({ key: 'one', reason: 'expected a number', value: '{"name":"茅台"}' });
    });

    it('goes on when every event of a batch is poison', async () => {
      const probe = new Probe();
      await fixture.subscribe(probe, {
        handle: async ({ events }) => {
          throw new PoisonEventError(events.length - 1, 'all of it');
        },
      });
      await fixture.bus.publish(fixture.topic, sameKey(0, 3));
      const letters = await deadLetters(3);
      expect(letters.map((letter) => Number(letter.value)).sort()).toEqual([0, 1, 2]);
    });

    async function deadLetters(count: number): Promise<Record<string, unknown>[]> {
      const letters: Record<string, unknown>[] = [];
      const name = `${fixture.topic}.dlq`;
      await fixture.bus.ensureTopics([{ name, partitions: 1 }]);
      await fixture.bus.subscribe({
        group: uniqueName('undertaker'),
        topics: [name],
        from: 'earliest',
        decode: (value) => value as Record<string, unknown>,
        handle: async ({ events }) => void letters.push(...events.map(({ value }) => value)),
      });
      await waitUntil(() => letters.length >= count);
      return letters;
    }
  });
}
