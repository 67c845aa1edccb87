import type { RowRefusal, RowRights } from '@quotefleet/access';
import { canonicalSymbol } from '../requests/canonical-symbol.ts';
import { forbidden } from './refusal.ts';

/** Symbols that a header names at most. */
const NAMED_MAX = 50;

/**
 * Takes the symbols that the role may not see out of a query; what is no symbol stays, and is for market-data to refuse.
 * @returns the symbols taken out, as they were asked for
 * @throws AppError FORBIDDEN where none is left
 */
export function limitSymbols(rights: RowRights, query: URLSearchParams): string[] {
  const asked = (query.get('symbols') ?? '').split(',').map((text) => text.trim());
  const refusals = new Map<string, RowRefusal>();
  for (const text of asked) {
    const symbol = canonicalSymbol(text, undefined);
    const refusal = symbol === undefined ? undefined : rights.refusalOf(symbol);
    if (refusal) refusals.set(text, refusal);
  }
  const [first] = refusals.values();
  if (!first) return [];
  const left = asked.filter((text) => !refusals.has(text));
  if (left.length === 0) throw forbidden(first);
  query.set('symbols', left.join(','));
  return [...refusals.keys()];
}

/** Symbols for a header: the first ones, and how many more there are. */
export function symbolsHeader(symbols: readonly string[]): string {
  const more = symbols.length - NAMED_MAX;
  return symbols.slice(0, NAMED_MAX).map(encodeURIComponent).join(',') + (more > 0 ? ` and ${more} more` : '');
}
