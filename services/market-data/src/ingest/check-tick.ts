import type { FieldError, IngestTick } from '@quotefleet/contracts';
import { sessionFault, valueFault } from './check-values.ts';

/** What is wrong with a tick that has the right shape, if anything is. */
export function checkTick(tick: IngestTick): FieldError | undefined {
  const fault = sessionFault(tick.symbol, tick.ts) ?? valueFault({ ...tick });
  if (fault) return fault;
  if (tick.volume > 0 && tick.last <= 0)
    return { field: 'last', message: 'expected a price above 0 where volume was traded' };
  if (tick.last > 0 && (tick.last > tick.high || tick.last < tick.low)) {
    return { field: 'last', message: `expected a price from low ${tick.low} to high ${tick.high}, was ${tick.last}` };
  }
  return undefined;
}
