import type { ReadQuery } from '@quotefleet/timeseries';
import { type Condition, checkLimit, type DataQuery } from '../data-query.ts';

const EXPECTED = 'expected a query of one symbol and bounds of ts';

/**
 * A query of a series: of one symbol, in order of its key.
 * @throws TypeError where it asks for more
 */
export function readQuery(table: string, query: DataQuery): ReadQuery {
  const { where = {}, after, descending, limit, orderBy = [] } = query;
  const { symbol, ts, ...others } = where;
  const [other] = [...Object.keys(others).filter((name) => others[name] !== undefined), ...orderBy];
  if (other !== undefined) throw new TypeError(`${table}: ${EXPECTED}, was one of ${other}`);
  if (typeof symbol !== 'string') throw new TypeError(`${table}: ${EXPECTED}, was one without a symbol`);
  if (after?.some((part) => typeof part === 'boolean'))
    throw new TypeError(`${table}: expected after to have texts and numbers`);
  checkLimit(table, limit);
  return {
    symbol,
    ...bounds(table, ts),
    ...(after === undefined ? {} : { after: after as readonly (string | number)[] }),
    order: descending ? 'desc' : 'asc',
    limit,
  };
}

function bounds(table: string, ts: Condition | undefined): Pick<ReadQuery, 'from' | 'to'> {
  if (ts === undefined) return {};
  if (typeof ts === 'number') return { from: time(table, ts), to: time(table, ts) + 1 };
  if (typeof ts !== 'object' || ts === null || 'in' in ts || 'absentOr' in ts || ts.startsWith !== undefined)
    throw new TypeError(`${table}: ${EXPECTED}, was ${JSON.stringify(ts)} of ts`);
  const { from, through, before } = ts;
  const ends = [
    ...(through === undefined ? [] : [time(table, through) + 1]),
    ...(before === undefined ? [] : [time(table, before)]),
  ];
  return {
    ...(from === undefined ? {} : { from: time(table, from) }),
    ...(ends.length === 0 ? {} : { to: Math.min(...ends) }),
  };
}

function time(table: string, value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number;
  throw new TypeError(`${table}: expected ts in ms since epoch, was ${JSON.stringify(value)}`);
}
