import type { Tick } from '@quotefleet/domain';
import { shanghaiMs } from '@quotefleet/domain';
import { createSimExchange } from '@quotefleet/market-data/sim';

const DATE = '2026-07-06';
const STEP_MS = 60_000;

/** So many ticks of a simulated trading day of the whole universe, in order of time. */
export function simTicks({ count }: { count: number }): Tick[] {
  const exchange = createSimExchange({ seed: 1, date: DATE, epoch: 'bench' });
  const ticks: Tick[] = [];
  for (let until = shanghaiMs(DATE, '09:15:00'); ticks.length < count; until += STEP_MS)
    ticks.push(...exchange.step(until));
  ticks.length = count;
  return ticks;
}
