import type { TradeDate } from '../calendar/trade-date.ts';
import { boardOf, exchangeOf } from '../symbols/board.ts';
import { type DatedRate, datedRateOn } from './dated-rate.ts';
import { roundHalfUp } from './rounding.ts';

export type Side = 'buy' | 'sell';

export interface FeesQuery {
  /** Canonical. */
  symbol: string;
  date: TradeDate;
  side: Side;
  /** Of the trade, yuan. */
  amount: number;
}

/** Yuan, each rounded half up to the fen. The broker's commission is a matter of contract and not among them. */
export interface TradeFees {
  stampDuty: number;
  transferFee: number;
  handlingFee: number;
  regulatoryFee: number;
}

/** A share of the traded amount. */
export interface FeeRate {
  rate: number;
  /** The first date it is known to hold on. */
  since: TradeDate;
  paidBy: 'seller' | 'both';
  /** The notice that set it, where known. */
  source?: string;
}

export type FeeRates = Readonly<Record<keyof TradeFees, FeeRate>>;

type Rates = readonly [DatedRate, ...DatedRate[]];
type FeeSchedule = Readonly<Record<keyof TradeFees, Rates>>;

/** Before, Shanghai took the transfer fee by face value, which trades do not tell. */
const STOCKS_KNOWN_FROM = '2015-08-01';
const BSE_OPENING = '2021-11-15';
const STAMP_DUTY_HALVED: DatedRate = ['2023-08-28', 0.0005, 'Ministry of Finance and Tax Administration 2023 No. 39'];
const TRANSFER_FEE_HALVED: DatedRate = ['2022-04-29', 0.00001];

const STOCKS: FeeSchedule = {
  stampDuty: [[STOCKS_KNOWN_FROM, 0.001], STAMP_DUTY_HALVED],
  transferFee: [[STOCKS_KNOWN_FROM, 0.00002], TRANSFER_FEE_HALVED],
  handlingFee: [
    [STOCKS_KNOWN_FROM, 0.0000487],
    ['2023-08-28', 0.0000341, 'SSE 2023 No. 137, SZSE 2023 No. 768'],
  ],
  regulatoryFee: [[STOCKS_KNOWN_FROM, 0.00002]],
};

const BEIJING_STOCKS: FeeSchedule = {
  stampDuty: [[BSE_OPENING, 0.001], STAMP_DUTY_HALVED],
  transferFee: [[BSE_OPENING, 0.000025], TRANSFER_FEE_HALVED],
  handlingFee: [
    [BSE_OPENING, 0.0005],
    ['2022-12-01', 0.00025],
    ['2023-08-28', 0.000125],
  ],
  regulatoryFee: [[BSE_OPENING, 0.00002]],
};

const ETFS_KNOWN_FROM = '2021-07-19';
const NOTHING: Rates = [[ETFS_KNOWN_FROM, 0]];
const ETFS: FeeSchedule = {
  stampDuty: NOTHING,
  transferFee: NOTHING,
  handlingFee: [[ETFS_KNOWN_FROM, 0.00004]],
  regulatoryFee: NOTHING,
};

/**
 * What the state, the depository and the exchange take of a trade on its date: stamp duty from the seller only,
 * the others from both sides. ETFs pay the handling fee alone; those on bonds and money are exempt from it too,
 * which only Shanghai's 511 codes tell.
 * @throws {RuleDateError} before the schedule is known; {RangeError} for other instruments.
 */
export function fees({ symbol, date, side, amount }: FeesQuery): TradeFees {
  const rates = feeRates(symbol, date);
  const take = ({ rate, paidBy }: FeeRate) => (side === 'buy' && paidBy === 'seller' ? 0 : roundHalfUp(amount * rate));
  return {
    stampDuty: take(rates.stampDuty),
    transferFee: take(rates.transferFee),
    handlingFee: take(rates.handlingFee),
    regulatoryFee: take(rates.regulatoryFee),
  };
}

/**
 * The rates {@link fees} goes by.
 * @throws {RuleDateError} before the schedule is known; {RangeError} for other instruments.
 */
export function feeRates(symbol: string, date: TradeDate): FeeRates {
  const schedule = scheduleOf(symbol);
  const rateOf = (fee: keyof TradeFees): FeeRate => {
    const [since, rate, source] = datedRateOn(`the ${fee} of ${symbol}`, schedule[fee], date);
    return { rate, since, paidBy: fee === 'stampDuty' ? 'seller' : 'both', ...(source && { source }) };
  };
  return {
    stampDuty: rateOf('stampDuty'),
    transferFee: rateOf('transferFee'),
    handlingFee: rateOf('handlingFee'),
    regulatoryFee: rateOf('regulatoryFee'),
  };
}

function scheduleOf(symbol: string): FeeSchedule {
  switch (boardOf(symbol)) {
    case 'sse-main':
    case 'szse-main':
    case 'star':
    case 'cdr':
    case 'chinext':
      return STOCKS;
    case 'bse':
      return BEIJING_STOCKS;
    case 'etf':
      return exchangeOf(symbol) === 'SH' && symbol.startsWith('511') ? { ...ETFS, handlingFee: NOTHING } : ETFS;
    default:
      throw new RangeError(`expected an A-share or ETF of SH, SZ or BJ, was ${symbol}`);
  }
}
