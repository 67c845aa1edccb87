import type { SeriesRow } from '../time-series-store.ts';
import { rowDecoder } from './row-decoder.ts';
import type { SeriesTable } from './series-table.ts';
import type { SqlRunner } from './sql-connection.ts';
import { integerLiteral, quoteName, textLiteral } from './sql-text.ts';
import { subtableName } from './subtable-name.ts';
import { workThrough } from './work-through.ts';

/** What identifies a row: `symbol`, `ts`, and the rest of the key. */
export type RowKey = Pick<SeriesRow, 'symbol' | 'ts'> & SeriesRow;

const QUERIES_AT_ONCE = 4;
/** Rows between two times further apart than this are not looked through for both. */
const LONGEST_GAP_MS = 86_400_000;
const MOST_TIMES = 500;
const MOST_SYMBOLS = 500;
/** Symbols times times is what one query finds when there are rows for each pair: so many are never too many, */
const FEW_PAIRS = 20_000;
/** nor so many for each key. */
const MOST_PAIRS_PER_KEY = 100;

/** The stored rows of the keys, by `keyText`; together with some of the same symbols and times perhaps. */
export async function findStored(
  runner: SqlRunner,
  table: SeriesTable,
  keys: Iterable<RowKey>,
): Promise<Map<string, SeriesRow>> {
  const found = new Map<string, SeriesRow>();
  const decode = rowDecoder(table, 1);
  await workThrough(keyChunks(keys), QUERIES_AT_ONCE, async (chunk) => {
    for (const values of await runner.query(lookupSql(table, chunk))) {
      const row = decode(String(values[0]), values);
      found.set(keyText(table, row), row);
    }
  });
  return found;
}

/** A text that is the same for the same key and no other. */
export function keyText({ key }: SeriesTable, row: RowKey): string {
  const second = key[1]?.name;
  return `${row.ts} ${second === undefined ? '' : row[second]} ${row.symbol}`;
}

interface KeyChunk {
  symbols: Set<string>;
  times: Set<number>;
  keys: number;
}

/** Keys of near times together, in chunks that one query can answer. */
export function* keyChunks(keys: Iterable<RowKey>): Generator<KeyChunk> {
  const sorted = [...keys].sort((a, b) => a.ts - b.ts);
  let chunk = emptyChunk();
  let last = sorted[0]?.ts ?? 0;
  for (const { symbol, ts } of sorted) {
    if (ts - last > LONGEST_GAP_MS || isFullFor(chunk, symbol, ts)) {
      yield chunk;
      chunk = emptyChunk();
    }
    chunk.symbols.add(symbol);
    chunk.times.add(ts);
    chunk.keys++;
    last = ts;
  }
  if (chunk.keys > 0) yield chunk;
}

function emptyChunk(): KeyChunk {
  return { symbols: new Set(), times: new Set(), keys: 0 };
}

function isFullFor(chunk: KeyChunk, symbol: string, ts: number): boolean {
  const symbols = chunk.symbols.size + Number(!chunk.symbols.has(symbol));
  const times = chunk.times.size + Number(!chunk.times.has(ts));
  const pairs = symbols * times;
  const isMany = pairs > FEW_PAIRS && pairs > MOST_PAIRS_PER_KEY * (chunk.keys + 1);
  return symbols > MOST_SYMBOLS || times > MOST_TIMES || isMany;
}

function lookupSql({ name, qualified, fieldList }: SeriesTable, { symbols, times }: KeyChunk): string {
  const subtables = [...symbols].map((symbol) => textLiteral(subtableName(name, symbol))).join(',');
  const ts = [...times].map(integerLiteral).join(',');
  return `SELECT ${quoteName('symbol')}, ${fieldList} FROM ${qualified} WHERE tbname IN (${subtables}) AND ts IN (${ts})`;
}
