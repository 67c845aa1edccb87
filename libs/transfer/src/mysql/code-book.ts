import { parseSymbol, SymbolError } from '@quotefleet/domain';
import { TransferError } from '../transfer-error.ts';
import type { CodeForm } from './mapping.ts';

/**
 * The codes of a table by our symbols; codes that are our symbols are taken as they are.
 * @param form what codes of another form stand for
 * @throws TransferError for a code that names no instrument, and for two that name the same
 */
export function codeBook(table: string, codes: readonly string[], form: CodeForm | undefined): Map<string, string> {
  const book = new Map<string, string>();
  for (const code of codes) {
    const symbol = form === undefined ? code : toSymbol(table, code, form);
    const other = book.get(symbol);
    if (other !== undefined)
      throw new TransferError(`${table}: expected one code for ${symbol}, found '${other}' and '${code}'`);
    book.set(symbol, code);
  }
  return book;
}

function toSymbol(table: string, code: string, kind: CodeForm): string {
  try {
    return parseSymbol(code, { kind }).symbol;
  } catch (error) {
    if (error instanceof SymbolError) throw new TransferError(`${table}: ${error.message}`, { cause: error });
    throw error;
  }
}
