import { shanghaiMs, shanghaiTimeOfDayMs } from '../calendar/instant.ts';
import { MINUTE_MS, type TradeDate } from '../calendar/trade-date.ts';
import { isTradingDay } from '../calendar/trading-calendar.ts';
import { type MinutePeriod, minutesOf } from './period.ts';
import {
  AFTER_HOURS_START,
  AFTERNOON_CLOSE,
  AFTERNOON_OPEN,
  MORNING_CLOSE,
  MORNING_OPEN,
  OPENING_AUCTION_START,
} from './session-times.ts';

const LUNCH_MS = AFTERNOON_OPEN - MORNING_CLOSE;

/**
 * The label, that is the end, of the stored one-minute bar an instant belongs to; minutes are (left, right].
 *
 * The opening auction and 09:30:00.000 itself make the bar of 09:30; prints of the lunch break up to
 * 13:00:00.000 amend 11:30, prints between 15:00 and 15:05 amend 15:00. The calendar is not asked.
 * @returns ms since the epoch, or undefined before 09:15 and from 15:05 on.
 */
export function minuteBarEnd(epochMs: number): number | undefined {
  const time = shanghaiTimeOfDayMs(epochMs);
  if (time < OPENING_AUCTION_START || time >= AFTER_HOURS_START) return undefined;
  const midnight = epochMs - time;
  if (time <= MORNING_OPEN) return midnight + MORNING_OPEN;
  if (time > MORNING_CLOSE && time <= AFTERNOON_OPEN) return midnight + MORNING_CLOSE;
  if (time >= AFTERNOON_CLOSE) return midnight + AFTERNOON_CLOSE;
  return midnight + Math.ceil(time / MINUTE_MS) * MINUTE_MS;
}

/** The 241 labels of a day's one-minute bars: 09:30 to 11:30 and 13:01 to 15:00; none on a day without a session. */
export function minuteBarEnds(date: TradeDate): number[] {
  if (!isTradingDay(date)) return [];
  const midnight = shanghaiMs(date);
  const ends: number[] = [];
  for (let time = MORNING_OPEN; time <= AFTERNOON_CLOSE; time += MINUTE_MS) {
    if (time <= MORNING_CLOSE || time > AFTERNOON_OPEN) ends.push(midnight + time);
  }
  return ends;
}

/**
 * The label of the longer bar that takes in a minute bar. Bars count trading minutes, so those of 60m end at
 * 10:30, 11:30, 14:00 and 15:00; the bar of 09:30 goes into the first.
 * @param minuteEnd the label of a minute bar, ms.
 */
export function periodBarEnd(minuteEnd: number, period: MinutePeriod): number {
  const time = shanghaiTimeOfDayMs(minuteEnd);
  if (period === '1m') return minuteEnd;
  const length = minutesOf(period) * MINUTE_MS;
  const traded = time - MORNING_OPEN - (time > MORNING_CLOSE ? LUNCH_MS : 0);
  const end = Math.max(1, Math.ceil(traded / length)) * length;
  const morning = MORNING_CLOSE - MORNING_OPEN;
  return minuteEnd - time + MORNING_OPEN + end + (end > morning ? LUNCH_MS : 0);
}
