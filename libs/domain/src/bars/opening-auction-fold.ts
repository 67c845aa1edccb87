import { shanghaiTimeOfDayMs } from '../calendar/instant.ts';
import { MINUTE_MS } from '../calendar/trade-date.ts';
import { MORNING_OPEN } from '../sessions/session-times.ts';
import type { Bar } from './bar.ts';

/**
 * Turns a stream of one-minute bars from the 241-row form, where 09:30 carries the opening auction, into the 240-row
 * form, where 09:31 does. Bars come in order of (symbol, time); the auction's bar is held back until the next one shows
 * whether there is a 09:31 to add it to, else it becomes the 09:31 itself.
 */
export class OpeningAuctionFold {
  #auction: Bar | undefined;

  /**
   * Takes the next bar.
   * @param out receives what became certain: nothing, the bar, or the auction's minute and the bar.
   */
  add(bar: Bar, out: Bar[] = []): Bar[] {
    if (bar.period !== '1m') throw new RangeError(`expected bars of 1m, was ${bar.period}`);
    const auction = this.#auction;
    this.#auction = undefined;
    if (auction && auction.symbol === bar.symbol && auction.ts + MINUTE_MS === bar.ts) {
      out.push(joined(auction, bar));
      return out;
    }
    if (auction) out.push(asFirstMinute(auction));
    if (shanghaiTimeOfDayMs(bar.ts) === MORNING_OPEN) this.#auction = bar;
    else out.push(bar);
    return out;
  }

  /** Gives out the bar still held back, if any, once no more will come. */
  end(out: Bar[] = []): Bar[] {
    if (this.#auction) out.push(asFirstMinute(this.#auction));
    this.#auction = undefined;
    return out;
  }
}

/**
 * The 240-row form of one-minute bars, for any slice of them that does not begin between 09:30 and 09:31.
 * @param bars of the 241-row form in order of (symbol, time); they may span days. They are not changed.
 * @throws {RangeError} for bars of another period.
 */
export function foldOpeningAuction(bars: Iterable<Bar>): Bar[] {
  const fold = new OpeningAuctionFold();
  const out: Bar[] = [];
  for (const bar of bars) fold.add(bar, out);
  return fold.end(out);
}

function joined(auction: Bar, minute: Bar): Bar {
  return {
    ...minute,
    open: auction.open,
    high: Math.max(auction.high, minute.high),
    low: Math.min(auction.low, minute.low),
    volume: auction.volume + minute.volume,
    amount: auction.amount + minute.amount,
    final: auction.final && minute.final,
  };
}

function asFirstMinute(auction: Bar): Bar {
  return { ...auction, ts: auction.ts + MINUTE_MS };
}
