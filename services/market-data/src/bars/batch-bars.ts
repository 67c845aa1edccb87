import type { TableAnswer } from '@quotefleet/service-kit/tables';
import { canonicalSymbols } from '../instruments/instrument-directory.ts';
import { decodeCursor, encodeCursor } from '../paging.ts';
import { type BarReader, type BarWishes, pageReader, toBarRow } from './bar-pages.ts';

/** Symbols read at once, and bars of them. */
const SYMBOLS_AT_ONCE = 8;
const BARS_AT_ONCE = 50_000;

/** Bars of many symbols, by symbol and time. Without a start each gives its last ones, `limit` at most. */
export function batchAnswer(reader: BarReader, inputs: readonly string[], wishes: BarWishes): TableAnswer {
  const symbols = canonicalSymbols(inputs).sort();
  const { period, adjust, from } = wishes;

  async function load(cursor: string | undefined, limit: number, fromFirst = false) {
    const [startSymbol, startTs] = decodeCursor(cursor, ['text', 'time']) ?? [];
    const left = symbols.filter((symbol) => startSymbol === undefined || symbol >= String(startSymbol));
    const rows: { symbol: string; time: number }[] = [];
    const cursorHere = () => encodeCursor([rows.at(-1)?.symbol ?? '', rows.at(-1)?.time ?? 0]);
    const atOnce = Math.max(1, Math.min(SYMBOLS_AT_ONCE, Math.floor(BARS_AT_ONCE / limit)));
    for (let at = 0; at < left.length; at += atOnce) {
      const part = left.slice(at, at + atOnce);
      const pages = await Promise.all(
        part.map(async (symbol) => {
          const readPage = await pageReader(reader, symbol, wishes);
          const after = symbol === startSymbol ? Number(startTs) : undefined;
          return { symbol, ...(await readPage({ after, limit, fromFirst })) };
        }),
      );
      for (const { symbol, bars, next } of pages) {
        for (const bar of bars) {
          if (rows.length === limit) return { rows, nextCursor: cursorHere() };
          rows.push({ symbol, ...toBarRow(bar) });
        }
        if (next !== undefined) return { rows, nextCursor: cursorHere() };
      }
    }
    return { rows };
  }

  return {
    beside: { period, adjust },
    load: (cursor, limit) => load(cursor, limit),
    ...(from === undefined ? { loadFromFirst: (cursor, limit) => load(cursor, limit, true) } : {}),
  };
}
