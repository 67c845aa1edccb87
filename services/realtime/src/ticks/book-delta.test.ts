import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tickOf } from '../../tests/payloads.ts';
import { deltaOf } from './book-delta.ts';

const side = fc
  .uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 10 })
  .chain((prices) =>
    fc.tuple(fc.constant(prices), fc.array(fc.nat(5), { minLength: prices.length, maxLength: prices.length })),
  )
  .map(([prices, shares]) => prices.map((price, index) => [price, (shares[index] ?? 0) + 1] as const));
const asMap = (levels: readonly (readonly [number, number])[]) => new Map(levels);

describe('deltaOf', () => {
  it('names what is gone and what is new or other, and nothing else', () => {
    const before = tickOf('600519.SH', 1, { bidPrices: [10, 9.99, 9.98], bidVolumes: [100, 200, 300] });
    const after = tickOf('600519.SH', 2, { bidPrices: [10.01, 10, 9.99], bidVolumes: [50, 100, 250] });
    expect(deltaOf(before, after)).toMatchObject({
      ...{ symbol: '600519.SH', seq: 2, epoch: 'e1', asks: [] },
      bids: [
        [9.98, 0],
        [10.01, 50],
        [9.99, 250],
      ],
    });
  });

  it('turns any book into any other', () => {
    fc.assert(
      fc.property(side, side, (before, after) => {
        const book = (levels: typeof before) => ({
          bidPrices: levels.map(([price]) => price),
          bidVolumes: levels.map(([, shares]) => shares),
        });
        const { bids } = deltaOf(tickOf('a', 1, book(before)), tickOf('a', 2, book(after)));
        const state = asMap(before);
        for (const [price, shares] of bids)
          if (shares === 0) state.delete(price);
          else state.set(price, shares);
        expect(state).toEqual(asMap(after));
      }),
    );
  });
});
