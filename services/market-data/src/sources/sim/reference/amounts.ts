import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { normal } from '../random.ts';

/** Columns of a statement in whole yuan, so that sums are exact. */
export type Amounts = Record<string, number>;
/** Columns with about the part of a total that each is. */
export type Parts = Readonly<Record<string, number>>;

/** Divides whole yuan in about these proportions; the last column takes what rounding leaves. */
export function split(total: number, parts: Parts, rng: RandomGenerator, spread: number): Amounts {
  const drawn = Object.entries(parts).map(([name, part]) => ({ name, part: part * Math.exp(spread * normal(rng)) }));
  const whole = drawn.reduce((sum, { part }) => sum + part, 0);
  const amounts: Amounts = {};
  let rest = total;
  for (const [i, { name, part }] of drawn.entries()) {
    const amount = i === drawn.length - 1 ? rest : Math.round((total * part) / whole);
    amounts[name] = amount;
    rest -= amount;
  }
  return amounts;
}

export function plus(a: Amounts, b: Amounts): Amounts {
  const sum = { ...a };
  for (const [name, amount] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + amount;
  return sum;
}

/** The sum of some columns; one that a statement does not have counts nothing. */
export function total(amounts: Amounts, columns: readonly string[]): number {
  return columns.reduce((sum, column) => sum + (amounts[column] ?? 0), 0);
}
