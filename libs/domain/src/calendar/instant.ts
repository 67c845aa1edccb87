import {
  DAY_MS,
  DateError,
  dayNumberAt,
  MINUTE_MS,
  parseTradeDate,
  SHANGHAI_OFFSET_MS,
  type TradeDate,
  toDayNumber,
} from './trade-date.ts';

const TIME_FORM = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?$/;
const INSTANT_FORM = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?$/;
const EPOCH_MS_FORM = /^\d{11,13}$/;
const OFFSET_FORM = /^([+-])(\d{2}):?(\d{2})$/;

/**
 * The instant of a time of day in Shanghai, ms since the epoch.
 * @param time `HH:MM`, `HH:MM:SS` or with a fraction; midnight unless given.
 * @throws {DateError} for a time of another form.
 */
export function shanghaiMs(date: TradeDate, time = '00:00:00'): number {
  return toDayNumber(date) * DAY_MS + timeOfDayMs(time) - SHANGHAI_OFFSET_MS;
}

/** The time of day in Shanghai, ms since midnight. */
export function shanghaiTimeOfDayMs(epochMs: number): number {
  return epochMs + SHANGHAI_OFFSET_MS - dayNumberAt(epochMs) * DAY_MS;
}

/** ISO 8601 with Shanghai's offset, such as `2024-01-02T09:30:00.000+08:00`. */
export function formatShanghai(epochMs: number): string {
  return new Date(epochMs + SHANGHAI_OFFSET_MS).toISOString().replace('Z', '+08:00');
}

/**
 * Reads an instant: epoch milliseconds (11 to 13 digits), ISO 8601, or a date. Without an offset the text
 * is Shanghai time; a date is its midnight.
 * @throws {DateError} for another form.
 */
export function parseInstant(text: string): number {
  const input = text.trim();
  if (EPOCH_MS_FORM.test(input)) return Number(input);
  const match = INSTANT_FORM.exec(input);
  if (!match?.[1] || !match[2]) {
    if (/^\d{4}-?\d{2}-?\d{2}$/.test(input)) return shanghaiMs(parseTradeDate(input));
    throw new DateError("epoch milliseconds, ISO 8601, 'YYYY-MM-DD HH:MM:SS' or a date", text);
  }
  const utc = toDayNumber(parseTradeDate(match[1])) * DAY_MS + timeOfDayMs(match[2]);
  return utc - offsetMs(match[3]);
}

function timeOfDayMs(time: string): number {
  const match = TIME_FORM.exec(time);
  if (!match) throw new DateError('a time HH:MM:SS', time);
  const [, hours, minutes, seconds = '0', fraction = ''] = match;
  const millis = Number(fraction.slice(0, 3).padEnd(3, '0'));
  return (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * 1000 + millis;
}

function offsetMs(offset: string | undefined): number {
  if (offset === undefined) return SHANGHAI_OFFSET_MS;
  const match = OFFSET_FORM.exec(offset);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * MINUTE_MS;
}
