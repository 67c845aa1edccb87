import { describe, expect, it } from '@jest/globals';
import { RetryBudget } from './retry-budget.ts';

function placesWith(calls: number): number {
  const budget = new RetryBudget();
  for (let call = 0; call < calls; call++) budget.begin();
  let places = 0;
  while (budget.tryTake()) places += 1;
  return places;
}

describe('the budget of retries', () => {
  it('is a fifth of the calls under way, and three at least', () => {
    expect([1, 15, 20, 100].map(placesWith)).toEqual([3, 3, 4, 20]);
  });

  it('has a place again when a call with a retry is over', () => {
    const budget = new RetryBudget();
    budget.begin();
    for (let retry = 0; retry < 3; retry++) budget.tryTake();
    expect(budget.tryTake()).toBe(false);
    budget.giveBack(2);
    expect([budget.tryTake(), budget.tryTake(), budget.tryTake()]).toEqual([true, true, false]);
  });
});
