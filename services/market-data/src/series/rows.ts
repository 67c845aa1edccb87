import type { TickPayload } from '@quotefleet/contracts';
import type { Bar, Period } from '@quotefleet/domain';
import type { SeriesRow } from '@quotefleet/timeseries';

/** A tick has the columns of its series, name for name. */
export function tickToRow(tick: TickPayload): SeriesRow {
  return tick as SeriesRow;
}

/** @throws nothing: rows of the ticks series were ticks when they were written */
export function rowToTick(row: SeriesRow): TickPayload {
  return row as unknown as TickPayload;
}

export function barToRow(bar: Bar, source: string): SeriesRow {
  const { symbol, ts, open, high, low, close, volume, amount, final } = bar;
  return { symbol, ts, open, high, low, close, volume, amount, final, source };
}

export function rowToBar(row: SeriesRow, period: Period): Bar {
  return {
    symbol: row.symbol,
    period,
    ts: row.ts,
    open: Number(row.open),
    high: Number(row.high),
    low: Number(row.low),
    close: Number(row.close),
    volume: Number(row.volume),
    amount: Number(row.amount),
    final: row.final === true,
  };
}
