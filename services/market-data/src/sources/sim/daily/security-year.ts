import { type CorporateAction, exReferencePrice, lotRule, priceLimits } from '@quotefleet/domain';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { clamp, fatNormal, normal, stream, uniform } from '../random.ts';
import type { Security } from '../universe.ts';
import { type Character, characterOf } from './sectors.ts';
import { type Distribution, QUIET_DAYS } from './year-events.ts';

/** The days of a year of one security; prices in ticks, volume in shares. A halted day repeats the close before it. */
export interface SecurityYear {
  /** Previous close, after rights. */
  pre: Int32Array;
  open: Int32Array;
  close: Int32Array;
  /** Limit prices; 0 where there is none. */
  up: Int32Array;
  down: Int32Array;
  /** Log return from `pre` to where the value is at the close, which limits may have kept the price from. */
  target: Float64Array;
  volume: Float64Array;
  halted: Uint8Array;
  /** Growth of the shares since the year began, ex-days up to the day included. */
  shareGrowth: Float64Array;
  actions: Map<number, CorporateAction>;
}

export interface YearSetting {
  seed: number;
  year: number;
  days: readonly string[];
  /** Daily returns of the market, and of every sector over it. */
  market: Float64Array;
  sectorReturns: (sector: string) => Float64Array;
}

const JUMP_CHANCE = 0.007;
/** Part of the limit that an ordinary day's move stays within. */
const ORDINARY_RANGE = 0.55;
const UNLIMITED_RANGE = 0.1;

/** Log of the price in ticks at which a security ends a year: its level, moved with the market and on its own. */
export function yearEndLog(seed: number, security: Security, year: number): number {
  const common = normal(stream(seed, `level ${year}`)) * characterOf(security).beta * 0.08;
  const own = clamp(normal(stream(seed, `level ${year} ${security.symbol}`)), -2.5, 2.5) * 0.16;
  const quiet = security.kind === 'etf' ? 0.5 : 1;
  return Math.log(security.level * security.perYuan) + (common + own) * quiet;
}

export function yearEndClose(seed: number, security: Security, year: number): number {
  return Math.max(1, Math.round(Math.exp(yearEndLog(seed, security, year))));
}

/** Makes the days of a year from the year's two ends: a random walk between them, traded under the day's rules. */
export function securityYear(
  security: Security,
  setting: YearSetting,
  halts: ReadonlySet<number> | undefined,
  distributions: ReadonlyMap<number, Distribution> | undefined,
): SecurityYear {
  const { seed, year, days } = setting;
  const character = characterOf(security);
  const rng = stream(seed, `days ${year} ${security.symbol}`);
  const steps = walkSteps(security, setting, character, distributions, rng);
  const result = emptyYear(days.length);
  let value = yearEndLog(seed, security, year - 1);
  let before = yearEndClose(seed, security, year - 1);
  let growth = 1;
  let mood = 0;
  for (const [day, date] of days.entries()) {
    value += steps[day] ?? 0;
    const distribution = distributions?.get(day);
    if (distribution) {
      const action = actionOf(security, date, before, distribution);
      result.actions.set(day, action);
      growth *= 1 + distribution.bonusRatio;
      before = Math.round(exReferencePrice(before / security.perYuan, action, 1 / security.perYuan) * security.perYuan);
    }
    mood = 0.75 * mood + 0.25 * normal(rng);
    result.shareGrowth[day] = growth;
    result.target[day] = value - Math.log(before);
    result.halted[day] = halts?.has(day) ? 1 : 0;
    fillDay(result, day, { security, date, before, character, mood }, rng);
    before = result.close[day] ?? before;
  }
  return result;
}

interface DaySetting {
  security: Security;
  date: string;
  before: number;
  character: Character;
  mood: number;
}

function fillDay(result: SecurityYear, day: number, setting: DaySetting, rng: RandomGenerator): void {
  const { security, date, before, character, mood } = setting;
  const limits = priceLimits({
    symbol: security.symbol,
    date,
    isSt: security.isSt,
    isWideEtf: security.isWideEtf,
    preClose: before / security.perYuan,
  });
  const up = limits ? Math.round(limits.up * security.perYuan) : 0;
  const down = limits ? Math.round(limits.down * security.perYuan) : 0;
  const target = result.target[day] ?? 0;
  const within = (ticks: number) => clamp(Math.round(ticks), down || 1, up || Number.MAX_SAFE_INTEGER);
  const isHalted = result.halted[day] === 1;
  const close = isHalted ? before : within(before * Math.exp(target));
  const move = Math.log(close / before);
  const range = up ? Math.log(up / before) : UNLIMITED_RANGE;
  const gap = 0.25 * move + 0.3 * character.ownDeviation * normal(rng);
  const locked = Math.abs(target) > range * 1.15 && uniform(rng) < 0.35;
  const excitement = 1 + 2.5 * (Math.abs(move) / range);
  const { increment, minBuy } = lotRule(security.symbol, date);
  const volume = character.dailyVolume * Math.exp(1.2 * mood) * (locked ? 0.3 : excitement) * 0.7;
  result.pre[day] = before;
  result.up[day] = up;
  result.down[day] = down;
  result.close[day] = close;
  result.open[day] = isHalted ? before : locked ? close : within(before * Math.exp(gap));
  result.volume[day] = isHalted ? 0 : Math.max(minBuy, Math.round(volume / increment) * increment);
}

/** Log steps of the value from day to day; they add up to the way between the ends of the year. */
function walkSteps(
  security: Security,
  { seed, year, days, market, sectorReturns }: YearSetting,
  { beta, ownDeviation }: Character,
  distributions: ReadonlyMap<number, Distribution> | undefined,
  rng: RandomGenerator,
): Float64Array {
  const sector = sectorReturns(security.sector);
  const steps = new Float64Array(days.length);
  let sum = 0;
  for (const [day, date] of days.entries()) {
    const range = limitRange(security, date);
    const ordinary = beta * (market[day] ?? 0) + (sector[day] ?? 0) + ownDeviation * fatNormal(rng);
    let step = clamp(ordinary, -ORDINARY_RANGE * range, ORDINARY_RANGE * range);
    const jumps = uniform(rng) < JUMP_CHANCE && security.kind !== 'etf' && day < days.length - QUIET_DAYS;
    if (jumps) step += range * (0.7 + 0.9 * uniform(rng)) * (uniform(rng) < 0.65 ? 1 : -1);
    const distribution = distributions?.get(day);
    if (distribution) step += Math.log((1 - distribution.cashYield) / (1 + distribution.bonusRatio));
    steps[day] = step;
    sum += step;
  }
  const way = yearEndLog(seed, security, year) - yearEndLog(seed, security, year - 1);
  const drift = (way - sum) / days.length;
  for (const day of steps.keys()) steps[day] = (steps[day] ?? 0) + drift;
  return steps;
}

/** The limit rate that a day's move is scaled to. */
function limitRange({ symbol, isSt, isWideEtf }: Security, date: string): number {
  const limits = priceLimits({ symbol, date, isSt, isWideEtf, preClose: 1000 });
  return limits ? limits.up / 1000 - 1 : UNLIMITED_RANGE;
}

function actionOf(security: Security, exDate: string, before: number, distribution: Distribution): CorporateAction {
  const price = before / security.perYuan;
  const decimals = price < 5 ? 1000 : 100;
  const cashPerShare = Math.max(1, Math.round(price * distribution.cashYield * decimals)) / decimals;
  const { bonusRatio } = distribution;
  return { symbol: security.symbol, exDate, cashPerShare, bonusRatio, rightsRatio: 0, rightsPrice: 0 };
}

function emptyYear(count: number): SecurityYear {
  return {
    pre: new Int32Array(count),
    open: new Int32Array(count),
    close: new Int32Array(count),
    up: new Int32Array(count),
    down: new Int32Array(count),
    target: new Float64Array(count),
    volume: new Float64Array(count),
    halted: new Uint8Array(count),
    shareGrowth: new Float64Array(count),
    actions: new Map(),
  };
}
