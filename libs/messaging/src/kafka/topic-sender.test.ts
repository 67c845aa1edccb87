import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Message } from 'kafkajs';
import { type EncodedEvent, TopicSender } from './topic-sender.ts';

const KIBIBYTE = 1_024;

describe('the sender of a topic', () => {
  afterEach(() => void jest.useRealTimers());

  /** A sender whose requests are ended by the test, in turn. */
  function controlled() {
    const requests: { values: string[]; done: PromiseWithResolvers<void> }[] = [];
    const sender = new TopicSender('ticks', (messages: Message[]) => {
      const done = Promise.withResolvers<void>();
      requests.push({ values: messages.map(({ value }) => String(value)), done });
      return done.promise;
    });
    return { sender, requests };
  }
  const event = (value: string, bytes = 10): EncodedEvent => ({ message: { key: 'one', value }, bytes });
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('puts what is published at once into one request, and the rest into the next', async () => {
    const { sender, requests } = controlled();
    const first = [sender.publish([event('a')]), sender.publish([event('b'), event('c')])];
    await turn();
    const second = [sender.publish([event('d')]), sender.publish([event('e')])];
    await turn();
    expect(requests.map(({ values }) => values)).toEqual([['a', 'b', 'c']]);
    requests[0]?.done.resolve();
    await Promise.all(first);
    expect(requests.map(({ values }) => values)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
    requests[1]?.done.resolve();
    await Promise.all(second);
  });

  it('splits a large publish, which is accepted with its last request', async () => {
    const { sender, requests } = controlled();
    let isAccepted = false;
    const publishing = sender.publish(['a', 'b', 'c'].map((value) => event(value, 300 * KIBIBYTE))).then(() => {
      isAccepted = true;
    });
    await turn();
    requests[0]?.done.resolve();
    await turn();
    expect([requests.map(({ values }) => values), isAccepted]).toEqual([[['a'], ['b']], false]);
    requests[1]?.done.resolve();
    await turn();
    requests[2]?.done.resolve();
    await publishing;
  });

  it('refuses with a failed request what came after it, so that nothing is overtaken', async () => {
    const { sender, requests } = controlled();
    const outcome = Promise.allSettled([sender.publish([event('a')])]);
    await turn();
    const later = Promise.allSettled([sender.publish([event('b')])]);
    requests[0]?.done.reject(new Error('no leader'));
    for (const settled of [await outcome, await later]) {
      expect(settled[0]).toMatchObject({ reason: { name: 'BusUnavailableError', message: 'topic ticks: no leader' } });
    }
    const again = sender.publish([event('c')]);
    await turn();
    expect(requests[1]?.values).toEqual(['c']);
    requests[1]?.done.resolve();
    await again;
  });

  it('gives up after 10 s, and does not send later what still waited', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { sender, requests } = controlled();
    const message = 'topic ticks: not acknowledged within 10000 ms';
    const refused = [expect(sender.publish([event('sent')])).rejects.toThrow(message)];
    await turn();
    refused.push(expect(sender.publish([event('waiting')])).rejects.toThrow(message));
    await jest.advanceTimersByTimeAsync(10_000);
    await Promise.all(refused);
    requests[0]?.done.resolve();
    await turn();
    expect(requests).toHaveLength(1);
  });

  it('refuses at once when too much is waiting', async () => {
    const { sender, requests } = controlled();
    const many = Promise.allSettled([sender.publish(Array.from({ length: 200_000 }, () => event('a', 1)))]);
    await expect(sender.publish([event('b')])).rejects.toThrow(
      'topic ticks: 200000 events are waiting to be sent already',
    );
    sender.refuseQueued('the bus was closed');
    expect((await many)[0]).toMatchObject({ reason: { message: 'topic ticks: the bus was closed' } });
    expect(requests).toEqual([]);
  });
});
