import type { DeltaPayload, DepthPayload, TickPayload } from '@quotefleet/contracts';

type Book = Pick<TickPayload, 'bidPrices' | 'bidVolumes' | 'askPrices' | 'askVolumes'>;
type Levels = [price: number, shares: number][];

/** The book of a tick. */
export function depthOf(tick: TickPayload): DepthPayload {
  const { symbol, ts, seq, epoch, bidPrices, bidVolumes, askPrices, askVolumes } = tick;
  return { symbol, ts, seq, epoch, bidPrices, bidVolumes, askPrices, askVolumes };
}

/** What changed from one tick's book to the next one's. */
export function deltaOf(before: Book, { symbol, ts, seq, epoch, ...after }: TickPayload): DeltaPayload {
  return {
    ...{ symbol, ts, seq, epoch },
    bids: changes(before.bidPrices, before.bidVolumes, after.bidPrices, after.bidVolumes),
    asks: changes(before.askPrices, before.askVolumes, after.askPrices, after.askVolumes),
  };
}

/** Levels that are gone, with no shares, before those that are new or have other shares, the best first. */
function changes(
  pricesBefore: readonly number[],
  volumesBefore: readonly number[],
  prices: readonly number[],
  volumes: readonly number[],
): Levels {
  const gone: Levels = pricesBefore.filter((price) => !prices.includes(price)).map((price) => [price, 0]);
  const changed: Levels = [];
  for (const [index, price] of prices.entries()) {
    const shares = volumes[index] ?? 0;
    const at = pricesBefore.indexOf(price);
    if (at < 0 || volumesBefore[at] !== shares) changed.push([price, shares]);
  }
  return [...gone, ...changed];
}
