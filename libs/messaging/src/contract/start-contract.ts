import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import type { ContractFixture } from './contract-fixture.ts';
import { expectedByKey, numbered } from './numbered-events.ts';
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
}
