import type { TradeDate } from '../calendar/trade-date.ts';
import { boardOf, exchangeOf } from '../symbols/board.ts';
import { type DatedRate, rateOn } from './dated-rate.ts';
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

type Rates = readonly [DatedRate, ...DatedRate[]];

interface FeeSchedule {
  stampDuty: Rates;
  transferFee: Rates;
  handlingFee: Rates;
  regulatoryFee: Rates;
}

/** Before, Shanghai took the transfer fee by face value, which trades do not tell. */
const STOCKS_KNOWN_FROM = '2015-08-01';
const BSE_OPENING = '2021-11-15';
/** Ministry of Finance and Tax Administration, 2023 No. 39. */
const STAMP_DUTY_HALVED: DatedRate = ['2023-08-28', 0.0005];
const TRANSFER_FEE_HALVED: DatedRate = ['2022-04-29', 0.00001];

const STOCKS: FeeSchedule = {
  stampDuty: [[STOCKS_KNOWN_FROM, 0.001], STAMP_DUTY_HALVED],
  transferFee: [[STOCKS_KNOWN_FROM, 0.00002], TRANSFER_FEE_HALVED],
  handlingFee: [
    [STOCKS_KNOWN_FROM, 0.0000487],
    ['2023-08-28', 0.0000341],
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
  const schedule = scheduleOf(symbol);
  const take = (fee: keyof FeeSchedule) => roundHalfUp(amount * rateOn(`the ${fee} of ${symbol}`, schedule[fee], date));
  const stampDuty = take('stampDuty');
  return {
    stampDuty: side === 'sell' ? stampDuty : 0,
    transferFee: take('transferFee'),
    handlingFee: take('handlingFee'),
    regulatoryFee: take('regulatoryFee'),
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
