import { describe, expect, it } from '@jest/globals';
import { tickMessage, ticks } from '../../tests/messages.ts';
import { MessageQueue } from './message-queue.ts';
import { type AnyMessage, withOrigin } from './messages.ts';

function queueWith(max: number, messages: ReturnType<typeof ticks>): MessageQueue<AnyMessage> {
  const queue = new MessageQueue<AnyMessage>(max);
  for (const message of messages) queue.push(withOrigin(message, 'live'));
  return queue;
}

async function drain(queue: MessageQueue<AnyMessage>): Promise<(number | object)[]> {
  const all: (number | object)[] = [];
  queue.end();
  for (let result = await queue.next(); !result.done; result = await queue.next())
    all.push(result.value.type === 'gap' ? result.value.payload : result.value.seq);
  return all;
}

describe('MessageQueue', () => {
  it('gives what waits in order, then what comes', async () => {
    const queue = queueWith(10, ticks(1, 2));
    expect((await queue.next()).value).toMatchObject({ seq: 1, origin: 'live' });
    expect((await queue.next()).value).toMatchObject({ seq: 2 });
    const waiting = queue.next();
    queue.push(withOrigin(tickMessage(3), 'live'));
    expect((await waiting).value).toMatchObject({ seq: 3 });
  });

  it('drops the oldest where the reader is too slow, and tells it so in their place', async () => {
    const queue = queueWith(8, ticks(1, 11));
    expect(queue.size).toBe(7);
    expect(await drain(queue)).toEqual([{ from: 1, to: 4, reason: 'overflow' }, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('takes several losses of a room together, also over its epochs', async () => {
    expect((await drain(queueWith(4, ticks(1, 20))))[0]).toEqual({ from: 1, to: 16, reason: 'overflow' });
    const mixed = [...ticks(1, 2), tickMessage(1, { epoch: 'e2' }), ...ticks(3, 8)];
    expect((await drain(queueWith(4, mixed)))[0]).toEqual({ reason: 'overflow' });
  });

  it('ends what waits for it, after what was there', async () => {
    const queue = queueWith(4, []);
    const waiting = queue.next();
    queue.end();
    await expect(waiting).resolves.toEqual({ value: undefined, done: true });
    const failed = queueWith(4, ticks(1, 1));
    failed.end(new Error('refused'));
    await expect(failed.next()).resolves.toMatchObject({ done: false });
    await expect(failed.next()).rejects.toThrow('refused');
  });

  it('has one reader at a time', async () => {
    const queue = queueWith(4, []);
    const first = queue.next();
    await expect(queue.next()).rejects.toThrow('one loop at a time');
    queue.end();
    await first;
  });
});
