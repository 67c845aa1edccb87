import type { Update } from '../rooms/room-source.ts';
import { BarParts, type BasePeriod } from './bar-parts.ts';

/** Where a room is, and by which event. */
export type Moment = Pick<Update, 'traceId' | 'ts' | 'epoch' | 'seq'>;

/** The bars of one symbol that longer ones are made of, shared by all rooms that need them. */
export interface Series {
  readonly symbol: string;
  readonly period: BasePeriod;
  readonly parts: BarParts;
  /** Names of the rooms that need it. */
  readonly rooms: Set<string>;
  /** How far time has come, as its bars show. */
  watermark: number;
  /** Bars that came after all others of their group were forgotten, by when they began, by where to read those from. */
  readonly late: Map<number, Map<number, Moment>>;
  /** Whether what storage has of it is in. */
  isLoaded: boolean;
}

export function newSeries(symbol: string, period: BasePeriod): Series {
  return {
    symbol,
    period,
    parts: new BarParts(period),
    rooms: new Set(),
    watermark: 0,
    late: new Map(),
    isLoaded: false,
  };
}

export function seriesKey(symbol: string, period: string): string {
  return `${symbol}:${period}`;
}
