import type { Bar } from './bar.ts';

/**
 * A snapshot came out of order, after its minute was closed, or without what went before it: the bars of the symbol
 * from `minuteEnd` on are to be rebuilt from storage with `rebuildMinuteBars`.
 */
export interface LateTick {
  late: true;
  symbol: string;
  minuteEnd: number;
}

/** A one-minute bar, provisional or `final`, or the notice of a late snapshot. */
export type BarUpdate = (Bar & { late?: never }) | LateTick;
