import { type Bar, foldOpeningAuction, shanghaiMs, toTradeDate } from '@quotefleet/domain';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import { type BarList, isForward, type ListBarsQuery, listBars } from './list-bars.ts';

const MINUTE_MS = 60_000;
const BARS_PER_DAY = 240;

/** As `listBars` of 1m, in the 240-row form: the opening auction of 09:30 is part of 09:31. */
export async function listFoldedBars(store: TimeSeriesStore, query: ListBarsQuery): Promise<BarList> {
  const { from, to, limit } = query;
  const raw = { ...query, from: from && withAuction(from), to: to && withoutLoneAuction(to) };
  const fold = (bars: readonly Bar[]) => foldOpeningAuction(bars).filter(({ ts }) => to === undefined || ts < to);
  // Each day's two first rows become one.
  for (let rawLimit = limit + Math.ceil((limit + 1) / BARS_PER_DAY) + 1; ; rawLimit *= 2) {
    const { bars: rows, more } = await listBars(store, { ...raw, limit: rawLimit });
    const isWhole = isForward(query) ? !more : rows.length < rawLimit;
    const bars = fold(rows);
    if (isWhole && bars.length <= limit) return { bars, more: false };
    // The bar at the open end may lack its other half.
    if (bars.length > limit && isForward(query)) return { bars: bars.slice(0, limit), more: true };
    if (bars.length > limit) return { bars: bars.slice(-limit), more: false };
  }
}

/** What asks for 09:31 asks for the auction too. */
function withAuction(from: number): number {
  const auction = auctionOf(from);
  return from > auction && from <= auction + MINUTE_MS ? auction : from;
}

/** An end between the two would take the auction without its minute. */
function withoutLoneAuction(to: number): number {
  const auction = auctionOf(to);
  return to > auction && to <= auction + MINUTE_MS ? auction : to;
}

function auctionOf(ms: number): number {
  return shanghaiMs(toTradeDate(ms), '09:30:00');
}
