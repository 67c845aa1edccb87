import type { RowRights } from '@quotefleet/access';
import { formatShanghai, parseInstant } from '@quotefleet/domain';
import type { AnswerCache } from '../answers/answer-cache.ts';
import { lastTickUntil, levelsOf, quoteFieldsOf } from './last-tick.ts';
import type { Row } from './permit-rows.ts';
import { forbidden } from './refusal.ts';

/** Young quotes of one call that are looked up among the ticks, and how many at once. */
const LOOKUPS_MAX = 100;
const LOOKUPS_AT_ONCE = 16;

interface DelayOptions {
  answers: AnswerCache;
  untilMs: number;
  identity: string | undefined;
}

/**
 * A quote as it was when the role may have seen it: itself where it is that old, else from the last tick that is.
 * @throws AppError FORBIDDEN where no tick is that old
 */
export async function delayQuote(rights: RowRights, quote: Row, options: DelayOptions): Promise<Row> {
  if (parseInstant(String(quote.time)) <= options.untilMs) return quote;
  const symbol = String(quote.symbol);
  const tick = await lastTickUntil(options.answers, { ...options, symbol });
  if (!tick) throw tooYoung(rights, `no tick of ${symbol} that old is stored`);
  return {
    ...quote,
    ...quoteFieldsOf(tick),
    time: formatShanghai(tick.time),
    bids: levelsOf(tick.bidPrices, tick.bidVolumes),
    asks: levelsOf(tick.askPrices, tick.askVolumes),
  };
}

/**
 * Rows of quotes as they were then. Where the call named its symbols, young ones are looked up among the ticks; those
 * that were not quoted by then are left out.
 * @throws AppError FORBIDDEN where nothing is that old, or the call names too many symbols
 */
export async function delayRows(
  rights: RowRights,
  rows: readonly Row[],
  { mayLookUp, ...options }: DelayOptions & { mayLookUp: boolean },
): Promise<Row[]> {
  const isOld = ({ time }: Row) => Number(time) <= options.untilMs;
  const young = rows.filter((row) => !isOld(row));
  if (young.length === 0) return [...rows];
  if (!mayLookUp) {
    if (young.length === rows.length) throw tooYoung(rights, 'every quote here is younger');
    return rows.filter(isOld);
  }
  if (young.length > LOOKUPS_MAX) throw tooYoung(rights, `ask for ${LOOKUPS_MAX} symbols at most`);
  const delayed: (Row | undefined)[] = [];
  for (let at = 0; at < rows.length; at += LOOKUPS_AT_ONCE) {
    const part = rows.slice(at, at + LOOKUPS_AT_ONCE);
    delayed.push(...(await Promise.all(part.map((row) => (isOld(row) ? row : delayedRow(row, options))))));
  }
  return delayed.filter((row) => row !== undefined);
}

async function delayedRow(row: Row, options: DelayOptions): Promise<Row | undefined> {
  const tick = await lastTickUntil(options.answers, { ...options, symbol: String(row.symbol) });
  return tick && { ...row, ...quoteFieldsOf(tick), time: tick.time };
}

function tooYoung({ role, delaySeconds }: RowRights, why: string) {
  return forbidden({ kind: 'delaySeconds', reason: `the role ${role} sees quotes ${delaySeconds} s late: ${why}` });
}
