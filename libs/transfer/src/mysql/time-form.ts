import { formatShanghai, parseInstant, parseTradeDate, shanghaiMs, toTradeDate } from '@quotefleet/domain';
import { DAY_MS } from '../day.ts';
import { TransferError } from '../transfer-error.ts';
import { type CodeForm, TIME_FORMS, type TimeFormName } from './mapping.ts';

/** A way of keeping times in a column. */
export interface TimeForm {
  /** ms since epoch UTC. @throws Error where it is no time */
  toMs(value: unknown): number;
  /** The least value of the column that is not before an instant. */
  atOrAfter(ms: number): string | number;
}

const DATETIME = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,3})0*)?)?$/;

/** Clock times are Shanghai's: that is what vendors of A-share data keep. */
const FORMS: Record<TimeFormName, TimeForm> = {
  datetime: {
    toMs(value) {
      const match = DATETIME.exec(String(value));
      if (!match) throw new Error(`expected a time to the millisecond, was '${String(value)}'`);
      const [, date, time, fraction] = match;
      return parseInstant(time === undefined ? `${date}` : `${date} ${time}${fraction ? `.${fraction}` : ''}`);
    },
    atOrAfter: (ms) => formatShanghai(ms).slice(0, -6).replace('T', ' '),
  },
  ms: { toMs: (value) => toInteger(value), atOrAfter: (ms) => ms },
  s: { toMs: (value) => toInteger(value) * 1000, atOrAfter: (ms) => Math.ceil(ms / 1000) },
  yyyymmdd: {
    toMs: (value) => shanghaiMs(parseTradeDate(String(value))),
    atOrAfter(ms) {
      const date = toTradeDate(ms);
      return (shanghaiMs(date) === ms ? date : toTradeDate(ms + DAY_MS)).replaceAll('-', '');
    },
  },
};

/** The form of a column: as the mapping says, else by the column's type. */
export function timeFormOf(column: string, sqlType: string, as: TimeFormName | CodeForm | undefined): TimeForm {
  const name = as === undefined ? defaultForm(sqlType) : TIME_FORMS.find((form) => form === as);
  if (name === undefined)
    throw new TransferError(
      `${column} is ${sqlType}: say in a mapping file whether it holds a time as ms, s or yyyymmdd`,
    );
  return FORMS[name];
}

function defaultForm(sqlType: string): TimeFormName | undefined {
  if (['datetime', 'timestamp', 'date'].includes(sqlType)) return 'datetime';
  if (sqlType === 'bigint') return 'ms';
  if (['char', 'varchar'].includes(sqlType)) return 'yyyymmdd';
  return undefined;
}

function toInteger(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`expected a whole number, was '${String(value)}'`);
  return number;
}
