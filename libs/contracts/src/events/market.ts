import { z } from 'zod';
import { canonicalSymbol, epochMs, period, price, shares, yuan } from '../primitives.ts';
import { envelopeOf } from './envelope.ts';

const LEVELS_MAX = 10;
const bookPrices = z.array(price).max(LEVELS_MAX);
const bookVolumes = z.array(shares).max(LEVELS_MAX);

/**
 * L1 snapshot of one instrument. `volume` and `amount` are cumulative since the day's start and
 * exclude after-hours trading; prices are 0 where nothing traded yet.
 */
export const tickSchema = z.object({
  symbol: canonicalSymbol,
  ts: epochMs,
  /** Rises by one per tick of a symbol within an epoch; assigned by the ingest owner. */
  seq: z.int().min(0),
  /** Names the run of the sequence; a new one means that the sequence was started anew. */
  epoch: z.string().min(1).max(64),
  last: price,
  open: price,
  high: price,
  low: price,
  preClose: price,
  volume: shares,
  amount: yuan,
  bidPrices: bookPrices,
  bidVolumes: bookVolumes,
  askPrices: bookPrices,
  askVolumes: bookVolumes,
  phase: z.string().max(32).optional(),
  limitUp: price.optional(),
  limitDown: price.optional(),
  afterHoursVolume: shares.optional(),
  afterHoursAmount: yuan.optional(),
  source: z.string().min(1).max(64),
  receivedTs: epochMs,
});
export type TickPayload = z.infer<typeof tickSchema>;

/**
 * A single trade. `seq` is the exchange's number of the trade: it rises within a day, by any steps. `epoch` is the trade
 * date in Shanghai, so that numbers that begin anew each day go on where the day before ended.
 */
export const tradeSchema = z.object({
  symbol: canonicalSymbol,
  ts: epochMs,
  seq: z.int().min(0),
  epoch: z.string().min(1).max(64),
  price,
  volume: shares,
  amount: yuan,
  /** The side that took; `cross` for the matches of an auction. */
  side: z.enum(['buy', 'sell', 'cross']).optional(),
  bidOrder: z.int().min(0).optional(),
  askOrder: z.int().min(0).optional(),
  source: z.string().min(1).max(64),
});
export type TradePayload = z.infer<typeof tradeSchema>;

/** A bar; `ts` is the end of a minute bar and Shanghai midnight of the trade date for 1d and longer. */
export const barSchema = z.object({
  symbol: canonicalSymbol,
  period,
  ts: epochMs,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: shares,
  amount: yuan,
  /** False while the bar may still change because its session has not closed it. */
  final: z.boolean(),
  /** Sequence and epoch of the last tick in the bar: the room's sequence for subscribers. */
  seq: z.int().min(0),
  epoch: z.string().min(1).max(64),
});
export type BarPayload = z.infer<typeof barSchema>;

/** An instrument of the universe. */
export const instrumentSchema = z.object({
  symbol: canonicalSymbol,
  name: z.string().min(1).max(64),
  kind: z.string().max(16),
  board: z.string().max(32),
  listDate: z.string().max(10).optional(),
  isSt: z.boolean(),
  status: z.enum(['listed', 'suspended', 'delisted']),
});
export type InstrumentPayload = z.infer<typeof instrumentSchema>;

export const tickEvent = envelopeOf('md.tick', tickSchema);
export const tradeEvent = envelopeOf('md.trade', tradeSchema);
export const barEvent = envelopeOf('md.bar', barSchema);
export const instrumentEvent = envelopeOf('md.instrument', instrumentSchema);
