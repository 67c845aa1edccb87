import type { TradeDate } from '../calendar/trade-date.ts';

/** A rate, the first date it holds on, and the notice that set it, where known. */
export type DatedRate = readonly [from: TradeDate, rate: number, source?: string];

/** The rule is not known for the date; nothing is guessed. */
export class RuleDateError extends Error {
  readonly date: TradeDate;

  constructor(rule: string, knownFrom: TradeDate, date: TradeDate) {
    super(`${rule} is known from ${knownFrom} on, was asked for ${date}`);
    this.name = 'RuleDateError';
    this.date = date;
  }
}

/**
 * The rate in force on a date, with where it comes from.
 * @param rates in order of date.
 * @throws {RuleDateError} before the first.
 */
export function datedRateOn(rule: string, rates: readonly [DatedRate, ...DatedRate[]], date: TradeDate): DatedRate {
  const rate = rates.findLast(([from]) => from <= date);
  if (!rate) throw new RuleDateError(rule, rates[0][0], date);
  return rate;
}
