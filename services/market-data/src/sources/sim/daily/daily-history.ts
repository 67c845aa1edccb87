import { type Bar, type CorporateAction, shanghaiMs, tradingDays } from '@quotefleet/domain';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { exponential, stream } from '../random.ts';
import { ETFS, INDEX_LIST } from '../universe.ts';
import { basketOf, type FrameDay, fundDay, INDEX_PER_POINT, indexDay } from './fund-day.ts';
import { createMarketYears, type MarketYear, PATH_SECURITIES } from './market-year.ts';
import { characterOf, MARKET_DEVIATION } from './sectors.ts';

export interface DailyHistoryOptions {
  seed: number;
  /** First and last date, both included. */
  from: string;
  to: string;
}

export interface DailyHistory {
  /** Daily bars of every instrument, by date; none for a suspended one. */
  bars: Bar[];
  /** Corporate actions whose ex-date lies in the range, by date. */
  actions: CorporateAction[];
}

interface Turnover {
  volume: number;
  amount: number;
}

/**
 * The days before a live one: opens, closes, previous closes and corporate actions are those the live exchange of the
 * same seed has on these dates; highs, lows and volumes are alike but not the same, since no intraday path is made.
 */
export function dailyHistory({ seed, from, to }: DailyHistoryOptions): DailyHistory {
  const years = createMarketYears(seed);
  const history: DailyHistory = { bars: [], actions: [] };
  for (const date of tradingDays(from, to)) {
    const market = years.of(Number(date.slice(0, 4)));
    const day = market.dayOf(date);
    appendDay(history, { seed, market, day, date });
  }
  return history;
}

interface DaySetting {
  seed: number;
  market: MarketYear;
  day: number;
  date: string;
}

function appendDay({ bars, actions }: DailyHistory, { seed, market, day, date }: DaySetting): void {
  const ts = shanghaiMs(date, '00:00:00');
  const turnover = new Map<string, Turnover>();
  const push = (symbol: string, frame: FrameDay, perYuan: number, deviation: number, members?: Turnover) => {
    const [low, high] = extremes(frame, deviation, stream(seed, `range ${symbol} ${date}`));
    const average = (frame.open + frame.close + low + high) / 4 / perYuan;
    const traded = members ?? { volume: frame.volume, amount: cents(average * frame.volume) };
    turnover.set(symbol, traded);
    const price = (ticks: number) => ticks / perYuan;
    bars.push({
      symbol,
      period: '1d',
      ts,
      open: price(frame.open),
      high: price(high),
      low: price(low),
      close: price(frame.close),
      ...traded,
      final: true,
    });
  };
  for (const security of PATH_SECURITIES.values()) {
    const own = market.security(security.symbol);
    const action = own.actions.get(day);
    if (security.since > date) continue;
    if (action) actions.push(action);
    if (own.halted[day] === 1) continue;
    const at = (field: Int32Array | Float64Array) => field[day] ?? 0;
    const frame = {
      pre: at(own.pre),
      open: at(own.open),
      close: at(own.close),
      up: at(own.up),
      down: at(own.down),
      volume: at(own.volume),
    };
    push(security.symbol, frame, security.perYuan, characterOf(security).dailyDeviation);
  }
  for (const fund of ETFS) {
    if (fund.follows === undefined || fund.since > date) continue;
    push(fund.symbol, fundDay(seed, market, fund, day), fund.perYuan, MARKET_DEVIATION);
  }
  for (const index of INDEX_LIST) {
    if (index.since > date) continue;
    const sum: Turnover = { volume: 0, amount: 0 };
    for (const { symbol } of basketOf(index.symbol).members) {
      sum.volume += turnover.get(symbol)?.volume ?? 0;
      sum.amount += turnover.get(symbol)?.amount ?? 0;
    }
    sum.amount = cents(sum.amount);
    push(index.symbol, indexDay(market, index, day), INDEX_PER_POINT, MARKET_DEVIATION, sum);
  }
}

function extremes(frame: FrameDay, deviation: number, rng: RandomGenerator): [low: number, high: number] {
  const { open, close, up, down } = frame;
  if (open === close && (close === up || close === down)) return [close, close];
  const high = Math.round(Math.max(open, close) * Math.exp(0.35 * deviation * exponential(rng)));
  const low = Math.round(Math.min(open, close) * Math.exp(-0.35 * deviation * exponential(rng)));
  return [Math.max(low, down || 1), up ? Math.min(high, up) : high];
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
