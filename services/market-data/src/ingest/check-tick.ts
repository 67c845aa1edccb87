import type { FieldError, IngestTick } from '@quotefleet/contracts';
import { CALENDAR_LAST, isTradingDay, toTradeDate } from '@quotefleet/domain';

/** What is wrong with a tick that has the right shape, if anything is. */
export function checkTick(tick: IngestTick): FieldError | undefined {
  const date = toTradeDate(tick.ts);
  if (date > CALENDAR_LAST) return { field: 'ts', message: `the calendar ends on ${CALENDAR_LAST}, was ${date}` };
  if (!isTradingDay(date)) return { field: 'ts', message: `${date} is not a trading day` };
  if (tick.bidPrices.length !== tick.bidVolumes.length)
    return lengthError('bidVolumes', tick.bidPrices.length, tick.bidVolumes.length);
  if (tick.askPrices.length !== tick.askVolumes.length)
    return lengthError('askVolumes', tick.askPrices.length, tick.askVolumes.length);
  if (tick.volume > 0 && tick.last <= 0)
    return { field: 'last', message: 'expected a price above 0 where volume was traded' };
  if (tick.last > 0 && (tick.last > tick.high || tick.last < tick.low)) {
    return { field: 'last', message: `expected a price from low ${tick.low} to high ${tick.high}, was ${tick.last}` };
  }
  return undefined;
}

function lengthError(field: string, expected: number, found: number): FieldError {
  return { field, message: `expected as many entries as prices (${expected}), was ${found}` };
}
