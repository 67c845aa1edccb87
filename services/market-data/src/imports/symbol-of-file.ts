import { basename } from 'node:path';
import { parseSymbol, resolveAlias, SymbolError } from '@quotefleet/domain';

const EXTENSIONS = /(\.(csv|txt|gz|parquet|ndjson|jsonl))+$/i;

/** `600519.csv`, `sh600519_daily.csv.gz`, `600519.SH.parquet`: the symbol a file is named after, if any. */
export function symbolOfFile(file: string): string | undefined {
  const name = basename(file).replace(EXTENSIONS, '');
  return parsedOrNone(name) ?? parsedOrNone(name.split(/[_\-\s]/)[0] ?? '');
}

function parsedOrNone(text: string): string | undefined {
  try {
    return resolveAlias(parseSymbol(text).symbol);
  } catch (error) {
    if (error instanceof SymbolError) return undefined;
    throw error;
  }
}
