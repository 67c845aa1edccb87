import type { Period } from '../sessions/period.ts';

/** Open, high, low, close of a stretch of time. Prices in yuan, volume in shares, amount in yuan. */
export interface Bar {
  symbol: string;
  period: Period;
  /** Ms since the epoch: the end of a minute bar; for 1d, 1w and 1M midnight in Shanghai of the (last) trade date. */
  ts: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  amount: number;
  /** False while the bar may still change. */
  final: boolean;
}

/**
 * A snapshot of one instrument. `volume` (shares) and `amount` (yuan) accumulate from the day's start and leave
 * after-hours trading out; `last`, `open`, `high` and `low` are the day's and 0 while nothing has traded.
 */
export interface Tick {
  symbol: string;
  /** Event time, ms since the epoch. */
  ts: number;
  /** Rises with every tick of the symbol within an epoch. */
  seq: number;
  /** Names the run of the sequence. */
  epoch: string;
  last: number;
  open: number;
  high: number;
  low: number;
  /** The previous close, adjusted for rights on an ex-day. */
  preClose: number;
  volume: number;
  amount: number;
  bidPrices: number[];
  bidVolumes: number[];
  askPrices: number[];
  askVolumes: number[];
  phase?: string;
  limitUp?: number;
  limitDown?: number;
  afterHoursVolume?: number;
  afterHoursAmount?: number;
  source: string;
  /** Receive time, ms since the epoch. */
  receivedTs: number;
}
