import { foldOpeningAuction, shanghaiMs, toTradeDate } from '@quotefleet/domain';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import { type BarList, type ListBarsQuery, listBars } from './list-bars.ts';

const MINUTE_MS = 60_000;
const BARS_PER_DAY = 240;

/** As `listBars` of 1m, in the 240-row form: the opening auction of 09:30 is part of 09:31. */
export async function listFoldedBars(store: TimeSeriesStore, query: ListBarsQuery): Promise<BarList> {
  const { from, to, limit } = query;
  // Each day's two first rows become one; one row more shows whether others follow.
  const rawLimit = limit + Math.ceil((limit + 1) / BARS_PER_DAY) + 1;
  const raw = await listBars(store, {
    ...query,
    limit: rawLimit,
    from: from === undefined ? undefined : withAuction(from),
    to: to === undefined ? undefined : withFirstMinute(to),
  });
  const forward = from !== undefined || query.after !== undefined;
  const isCut = raw.bars.length === rawLimit;
  const whole = isCut && forward ? withoutLoneAuction(raw.bars) : raw.bars;
  const bars = foldOpeningAuction(whole).filter(({ ts }) => to === undefined || ts < to);
  if (!forward) return { bars: bars.slice(-limit), more: false };
  return { bars: bars.slice(0, limit), more: raw.more || bars.length > limit };
}

/** A cut behind the auction would make a minute of it whose rest comes later. */
function withoutLoneAuction<T extends { ts: number }>(bars: readonly T[]): readonly T[] {
  const last = bars.at(-1);
  return last && last.ts === auctionOf(last.ts) ? bars.slice(0, -1) : bars;
}

/** What asks for 09:31 asks for the auction too. */
function withAuction(from: number): number {
  const auction = auctionOf(from);
  return from > auction && from <= auction + MINUTE_MS ? auction : from;
}

/** An end between the two would take the auction without its minute. */
function withFirstMinute(to: number): number {
  const auction = auctionOf(to);
  return to > auction && to <= auction + MINUTE_MS ? auction : to;
}

function auctionOf(ms: number): number {
  return shanghaiMs(toTradeDate(ms), '09:30:00');
}
