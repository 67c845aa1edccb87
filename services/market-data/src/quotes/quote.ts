import type { Quote, TickPayload } from '@quotefleet/contracts';
import type { DataRow } from '@quotefleet/data';
import { boardOf, formatShanghai, kindOf } from '@quotefleet/domain';

/** A tick as REST shows it. */
export function toQuote(tick: TickPayload, name: string): Quote {
  return {
    symbol: tick.symbol,
    name,
    time: formatShanghai(tick.ts),
    last: tick.last,
    open: tick.open,
    high: tick.high,
    low: tick.low,
    preClose: tick.preClose,
    ...changeOf(tick),
    volume: tick.volume,
    amount: tick.amount,
    bids: levels(tick.bidPrices, tick.bidVolumes),
    asks: levels(tick.askPrices, tick.askVolumes),
    ...(tick.limitUp === undefined ? {} : { limitUp: tick.limitUp }),
    ...(tick.limitDown === undefined ? {} : { limitDown: tick.limitDown }),
    ...(tick.phase === undefined ? {} : { phase: tick.phase }),
    epoch: tick.epoch,
    seq: tick.seq,
  };
}

/** A tick as the table of quotes has it. */
export function toQuoteRow(tick: TickPayload): DataRow {
  const { symbol, ts, seq, epoch, last, open, high, low, preClose, volume, amount, phase, limitUp, limitDown } = tick;
  return {
    symbol,
    kind: kindOf(symbol),
    board: boardOf(symbol),
    ...{ ts, seq, epoch, last, open, high, low, preClose, volume, amount, phase, limitUp, limitDown },
    ...changeOf(tick),
  };
}

/** Against the previous close (the ex-right reference where there was one), yuan and percent; 0 before the first trade. */
function changeOf({ last, preClose }: Pick<TickPayload, 'last' | 'preClose'>) {
  const traded = last > 0 && preClose > 0;
  const change = traded ? last - preClose : 0;
  return { change: roundTo(change, 3), changePercent: traded ? roundTo((change / preClose) * 100, 2) : 0 };
}

function levels(prices: readonly number[], volumes: readonly number[]): { price: number; volume: number }[] {
  return prices.map((price, index) => ({ price, volume: volumes[index] ?? 0 }));
}

function roundTo(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
