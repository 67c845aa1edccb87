import type { RowRights } from '@quotefleet/access';
import { type Market, marketOf, SHANGHAI_OFFSET_MS, toTradeDate } from '@quotefleet/domain';
import { forbidden } from './refusal.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Delayed ranges end on a multiple of this, so that those who ask at about the same time share an answer. */
const STEP_MS = 10_000;
/** From the midnight of a trade date in Shanghai until its closing prices are known everywhere. */
const CLOSED_AFTER_MS: Readonly<Record<Market, number>> = { CN: 15.5 * HOUR_MS, HK: 16.25 * HOUR_MS, US: 29 * HOUR_MS };

/** Between which times a role may see rows at this moment; both are part of it. */
export interface TimeRights {
  /** -Infinity where all of history may be seen. */
  fromMs: number;
  /** Of ticks, minute bars and quotes; Infinity where there is no delay. */
  untilMs: number;
  /** Whether a bar of a day, week or month may be seen: live prices show in the one of the running day. */
  seesDay(symbol: string, bar: { time: number; final?: unknown }): boolean;
}

/**
 * The times that a role may see now.
 * @throws AppError FORBIDDEN where rows of this kind are live, and the role has no right to live data
 */
export function timeRights(rights: RowRights, now: number, isLive: boolean): TimeRights {
  const { role, historyDays, delaySeconds } = rights;
  if (isLive && delaySeconds === Number.POSITIVE_INFINITY)
    throw forbidden({
      kind: 'delaySeconds',
      reason: `the role ${role} has no delaySeconds right: it sees no live data`,
    });
  const midnight = now - ((now + SHANGHAI_OFFSET_MS) % DAY_MS);
  const untilMs = delayed(now, delaySeconds);
  return {
    fromMs: midnight - historyDays * DAY_MS,
    untilMs,
    seesDay(symbol, { time, final }) {
      if (delaySeconds === 0) return true;
      const knownAt = time + CLOSED_AFTER_MS[marketOf(symbol)];
      return final !== false && knownAt <= (Number.isFinite(untilMs) ? untilMs : midnight);
    },
  };
}

function delayed(now: number, delaySeconds: number): number {
  if (delaySeconds === 0) return Number.POSITIVE_INFINITY;
  const until = now - delaySeconds * 1000;
  return Number.isFinite(until) ? until - (until % STEP_MS) : until;
}

/** The first day of which rows may be seen; undefined where there is none. */
export function firstDay({ fromMs }: TimeRights): string | undefined {
  return Number.isFinite(fromMs) ? toTradeDate(fromMs) : undefined;
}
