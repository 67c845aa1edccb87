import { parseSymbol, SymbolError } from '@quotefleet/domain';
import { invalidArgument } from '@quotefleet/service-kit';
import type { TableAnswer } from '@quotefleet/service-kit/tables';
import { decodeCursor, encodeCursor } from '../paging.ts';
import { type BarReader, type BarWishes, pageReader, toBarRow } from './bar-routes.ts';

/** Symbols read at once. */
const CONCURRENCY = 8;

/** Bars of many symbols, by symbol and time. */
export function batchAnswer(reader: BarReader, inputs: readonly string[], wishes: BarWishes): TableAnswer {
  const symbols = [...new Set(inputs.map(canonical))].sort();
  const { period, adjust } = wishes;
  return {
    beside: { period, adjust },
    async load(cursor, limit) {
      const position = decodeCursor(cursor, ['text', 'number']);
      const [startSymbol, startTs] = position ?? [];
      const left = startSymbol === undefined ? symbols : symbols.filter((symbol) => symbol >= String(startSymbol));
      const rows: object[] = [];
      for (let at = 0; at < left.length; at += CONCURRENCY) {
        const part = left.slice(at, at + CONCURRENCY);
        const pages = await Promise.all(
          part.map(async (symbol) => {
            const readPage = await pageReader(reader, symbol, wishes);
            return readPage(symbol === startSymbol ? Number(startTs) : undefined, limit);
          }),
        );
        for (const [index, { bars, next }] of pages.entries()) {
          const symbol = part[index] as string;
          for (const bar of bars) {
            if (rows.length === limit) return { rows, nextCursor: cursorAfter(rows) };
            rows.push({ symbol, ...toBarRow(bar) });
          }
          if (next !== undefined) return { rows, nextCursor: cursorAfter(rows) };
        }
      }
      return { rows };
    },
  };
}

function cursorAfter(rows: readonly object[]): string {
  const { symbol, time } = rows.at(-1) as { symbol: string; time: number };
  return encodeCursor([symbol, time]);
}

function canonical(input: string): string {
  try {
    return parseSymbol(input).symbol;
  } catch (error) {
    if (error instanceof SymbolError) throw invalidArgument('symbols', error.message, { cause: error });
    throw error;
  }
}
