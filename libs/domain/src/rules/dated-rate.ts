import type { TradeDate } from '../calendar/trade-date.ts';

/** A rate and the first date it holds on. */
export type DatedRate = readonly [from: TradeDate, rate: number];

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
 * The rate in force on a date.
 * @param rates in order of date.
 * @throws {RuleDateError} before the first.
 */
export function rateOn(rule: string, rates: readonly [DatedRate, ...DatedRate[]], date: TradeDate): number {
  const rate = rates.findLast(([from]) => from <= date);
  if (!rate) throw new RuleDateError(rule, rates[0][0], date);
  return rate[1];
}
