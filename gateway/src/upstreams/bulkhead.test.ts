import { describe, expect, it } from '@jest/globals';
import { Bulkhead } from './bulkhead.ts';

const never = () => new AbortController().signal;

describe('a bulkhead', () => {
  it('lets so many in, queues so many and turns the rest away', async () => {
    const places = new Bulkhead({ concurrent: 2, queue: 1 });
    expect([places.tryEnter(), places.tryEnter(), places.tryEnter()]).toEqual([true, true, false]);
    const queued = places.enter(never());
    expect(await places.enter(never())).toBe(false);
    places.leave();
    expect(await queued).toBe(true);
    expect(places.tryEnter()).toBe(false);
    places.leave();
    places.leave();
    expect([places.tryEnter(), places.tryEnter(), places.tryEnter()]).toEqual([true, true, false]);
  });

  it('serves who waits in the order of coming, but for those who gave up', async () => {
    const places = new Bulkhead({ concurrent: 1, queue: 3 });
    places.tryEnter();
    const order: string[] = [];
    const wait = async (name: string, signal: AbortSignal) => {
      order.push(`${name} ${await places.enter(signal)}`);
    };
    const left = new AbortController();
    const waiting = [wait('a', never()), wait('b', left.signal), wait('c', never())];
    left.abort();
    await waiting[1];
    places.leave();
    await waiting[0];
    places.leave();
    await waiting[2];
    expect(order).toEqual(['b false', 'a true', 'c true']);
    expect(await places.enter(AbortSignal.abort())).toBe(false);
  });
});
