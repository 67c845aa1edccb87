import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import type { ContractFixture } from './contract-fixture.ts';
import { numbered, numbersOf, sameKey } from './numbered-events.ts';
import { Probe } from './probe.ts';

export function describeClosing(fixture: ContractFixture): void {
  describe('closing', () => {
    it('gives what was not committed to the next member', async () => {
      const stuck = new Probe();
      stuck.failures = Number.POSITIVE_INFINITY;
      const first = await fixture.subscribe(stuck);
      await fixture.bus.publish(fixture.topic, sameKey(0, 10));
      await waitUntil(() => stuck.attempts > 0);
      await first.close();
      const probe = new Probe();
      await fixture.subscribe(probe);
      await waitUntil(() => probe.events.length >= 10);
      expect(probe.numbers()).toEqual(numbersOf(sameKey(0, 10)));
    });

    it('gives a batch that was in hand and does not end to the next member within 3 s', async () => {
      let isInHand = false;
      const first = await fixture.subscribe(new Probe(), {
        handle: () => {
          isInHand = true;
          return new Promise(() => undefined);
        },
      });
      await fixture.bus.publish(fixture.topic, sameKey(0, 5));
      await waitUntil(() => isInHand);
      const started = performance.now();
      await first.close();
      expect(performance.now() - started).toBeLessThan(3_000);
      const probe = new Probe();
      await fixture.subscribe(probe);
      await waitUntil(() => probe.events.length >= 5, { timeoutMs: 25_000 });
      expect(probe.numbers()).toEqual(numbersOf(sameKey(0, 5)));
    });

    it('tells the handler in hand, and commits what it still finishes', async () => {
      const handled: number[] = [];
      const first = await fixture.subscribe(new Probe(), {
        handle: async ({ events }, signal) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          handled.push(...events.map(({ value }) => value));
        },
      });
      await fixture.bus.publish(fixture.topic, sameKey(0, 1));
      await new Promise((resolve) => setTimeout(resolve, 500));
      await first.close();
      await fixture.bus.publish(fixture.topic, sameKey(1, 1));
      const probe = new Probe();
      await fixture.subscribe(probe);
      await waitUntil(() => probe.events.length >= 1);
      expect([handled, probe.numbers()]).toEqual([[0], [1]]);
    });

    it('refuses to be used afterwards, and may be closed twice', async () => {
      await fixture.bus.check();
      await fixture.bus.close();
      await fixture.bus.close();
      await expect(fixture.bus.check()).rejects.toThrow('the bus is closed');
      await expect(fixture.bus.publish(fixture.topic, numbered(0, 1))).rejects.toMatchObject({
        name: 'BusUnavailableError',
      });
      await expect(fixture.subscribe(new Probe())).rejects.toMatchObject({ name: 'BusUnavailableError' });
    });
  });
}
