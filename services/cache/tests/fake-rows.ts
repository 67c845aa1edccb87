import { marketApi } from '@quotefleet/contracts';
import { formatShanghai, isMinutePeriod, parseInstant, shanghaiMs, toTradeDate } from '@quotefleet/domain';
import { mount } from '@quotefleet/service-kit';
import { mountTable, type TableAnswer } from '@quotefleet/service-kit/tables';
import type { Router } from 'express';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const SYMBOLS = ['600519.SH', '000001.SZ', '510300.SH', '00700.HK', 'AAPL.US'];

interface Timed {
  time: number;
}

/**
 * Rows as a market that never closes gives them: daily bars of ten years up to the one of today that is not final,
 * minute bars and ticks up to this minute, and quotes of now. Ticks are of 600519 alone.
 */
export function mountRows(routes: Router): void {
  const { historicalStock, historicalHk, historicalBatch, listTicks, listDepth, listTrades } = marketApi;
  for (const endpoint of [historicalStock, historicalHk])
    mountTable(routes, endpoint, ({ params: { symbol }, query }) => ({
      beside: { symbol, period: query.period },
      ...answerOf(barsOf(query.period), query),
    }));
  mountTable(routes, historicalBatch, ({ query }) => ({
    beside: { period: query.period, adjust: 'none' },
    load: async () => ({
      rows: query.symbols.flatMap((symbol) =>
        barsOf(query.period)
          .slice(-3)
          .map((bar) => ({ symbol, ...bar })),
      ),
    }),
  }));
  for (const endpoint of [listTicks, listDepth, listTrades])
    mountTable(routes, endpoint, ({ params: { symbol }, query }) => ({
      beside: { symbol },
      ...answerOf(symbol === '600519.SH' ? ticks(symbol) : [], query),
    }));
  mountTable(routes, marketApi.realtimeBatch, ({ query }) => ({
    load: async () => ({ rows: query.symbols.map(quoteRow) }),
  }));
  mountTable(routes, marketApi.realtimeMarket, () => ({ load: async () => ({ rows: SYMBOLS.map(quoteRow) }) }));
  mount(routes, marketApi.realtimeStock, ({ params: { symbol } }) => ({
    ...{ symbol, name: 'A stock', time: formatShanghai(Date.now()) },
    ...{ last: 10, open: 10, high: 10, low: 10, preClose: 8, change: 2, changePercent: 25, volume: 9, amount: 9 },
    ...{ bids: [{ price: 10, volume: 1 }], asks: [], epoch: 'e', seq: 99 },
  }));
  mountTable(routes, marketApi.listStocks, ({ query }) => ({
    // A page each, so that a page may be left without a row.
    load: async (cursor) => {
      const at = Number(cursor ?? 0);
      const size = query.limit ?? SYMBOLS.length;
      const next = at + size;
      const rows = SYMBOLS.slice(at, next).map((symbol) => ({
        symbol,
        name: symbol,
        kind: 'stock',
        board: 'x',
        isSt: false,
        status: 'listed',
      }));
      return { rows, nextCursor: next < SYMBOLS.length ? String(next) : undefined };
    },
  }));
  mountTable(routes, marketApi.listDividends, ({ params: { symbol } }) => ({
    beside: { symbol },
    load: async () => ({ rows: [] }),
  }));
}

/** Without a start the last rows before the end, else the first ones. */
function answerOf<T extends Timed>(
  all: readonly T[],
  { start, end }: { start?: string | undefined; end?: string | undefined },
): TableAnswer {
  const from = start === undefined ? undefined : instantOf(start);
  const to = end === undefined ? Number.POSITIVE_INFINITY : instantOf(end) + (DATE.test(end) ? DAY_MS : 1);
  const rows = all.filter(({ time }) => time >= (from ?? Number.NEGATIVE_INFINITY) && time < to);
  return {
    async load(cursor, limit) {
      if (from === undefined && cursor === undefined) return { rows: rows.slice(-limit) };
      const at = Number(cursor ?? 0);
      const next = at + limit;
      return { rows: rows.slice(at, next), nextCursor: next < rows.length ? String(next) : undefined };
    },
  };
}

function instantOf(text: string): number {
  return DATE.test(text) ? shanghaiMs(text) : parseInstant(text);
}

function barsOf(period: string) {
  const prices = { open: 10, high: 10, low: 10, close: 10, volume: 1, amount: 1 };
  const isMinute = isMinutePeriod(period as '1m');
  const step = isMinute ? MINUTE_MS : DAY_MS;
  const last = isMinute ? Date.now() - (Date.now() % MINUTE_MS) : shanghaiMs(toTradeDate(Date.now()));
  return Array.from({ length: isMinute ? 120 : 3650 }, (_, at) => {
    const time = last - (isMinute ? 119 - at : 3649 - at) * step;
    return { time, tradeDate: toTradeDate(time), ...prices, final: time !== last };
  });
}

function ticks(symbol: string) {
  const minute = Date.now() - (Date.now() % MINUTE_MS);
  return Array.from({ length: 60 }, (_, at) => {
    const time = minute - (59 - at) * MINUTE_MS;
    return {
      ...{
        symbol,
        time,
        ts: time,
        seq: at,
        epoch: 'e',
        // Of ticks and trades alike.
        price: 9,
        last: 9,
        open: 8,
        high: 9,
        low: 8,
        preClose: 8,
        volume: at,
        amount: 1,
      },
      ...{ bidPrices: [8.9], bidVolumes: [100], askPrices: [9.1], askVolumes: [200], source: 's', receivedTs: time },
    };
  });
}

function quoteRow(symbol: string) {
  const prices = {
    last: 10,
    open: 10,
    high: 10,
    low: 10,
    preClose: 8,
    change: 2,
    changePercent: 25,
    volume: 9,
    amount: 9,
  };
  return { symbol, name: symbol, kind: 'stock', board: 'x', time: Date.now(), seq: 99, epoch: 'e', ...prices };
}
