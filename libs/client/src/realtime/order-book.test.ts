import { describe, expect, it } from '@jest/globals';
import type { DeltaPayload, DepthPayload } from '@quotefleet/contracts';
import { deltaMessage, depthMessage } from '../../tests/messages.ts';
import { OrderBook } from './order-book.ts';

const whole = depthMessage(
  1,
  [
    [9.99, 100],
    [9.98, 200],
  ],
  [
    [10.01, 300],
    [10.02, 400],
  ],
).payload as DepthPayload;
const delta = (...args: Parameters<typeof deltaMessage>) => deltaMessage(...args).payload as DeltaPayload;

describe('OrderBook', () => {
  it('is nothing before the first whole book', () => {
    const book = new OrderBook();
    expect([book.isWhole, book.bids, book.toDepth()]).toEqual([false, [], undefined]);
    expect(book.apply(delta(2, [[9.99, 0]], []), 1)).toBe(false);
  });

  it('changes, adds and takes out levels, the best first', () => {
    const book = new OrderBook();
    book.replace(whole);
    const changes = delta(
      2,
      [
        [9.98, 0],
        [9.995, 50],
      ],
      [
        [10.005, 60],
        [10.02, 450],
      ],
    );
    expect(book.apply(changes, 1)).toBe(true);
    expect(book.bids).toEqual([
      { price: 9.995, volume: 50 },
      { price: 9.99, volume: 100 },
    ]);
    expect(book.asks).toEqual([
      { price: 10.005, volume: 60 },
      { price: 10.01, volume: 300 },
      { price: 10.02, volume: 450 },
    ]);
    expect([book.seq, book.ts]).toEqual([2, changes.ts]);
  });

  it('is broken by a change upon another book, until a whole one comes', () => {
    const book = new OrderBook();
    book.replace(whole);
    expect(book.apply(delta(3, [], []), 2)).toBe(false);
    expect([book.isWhole, book.ts]).toEqual([false, undefined]);
    expect(book.apply(delta(2, [], []), 1)).toBe(false);
    book.replace({ ...whole, seq: 3 });
    expect(book.apply(delta(4, [], []), 3)).toBe(true);
  });

  it('is broken by a change of another epoch', () => {
    const book = new OrderBook();
    book.replace(whole);
    expect(book.apply({ ...delta(2, [], []), epoch: 'e2' }, 1)).toBe(false);
  });

  it('leaves out levels without shares, with which a side is padded', () => {
    const book = new OrderBook();
    book.replace({ ...whole, askPrices: [0, 0], askVolumes: [0, 0] });
    expect([book.asks, book.bids.length]).toEqual([[], 2]);
  });

  it('gives the whole book back as it took it', () => {
    const book = new OrderBook();
    book.replace(whole);
    expect(book.toDepth()).toEqual(whole);
  });
});
