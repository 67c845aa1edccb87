import { parseInstant, parseSymbol, parseTradeDate, SymbolError, shanghaiMs } from '@quotefleet/domain';
import type { Request } from 'express';
import type { CachedEndpoint } from './cached-endpoints.ts';

const DAY_MS = 24 * 3600 * 1000;
const DATE = /^(\d{8}|\d{4}-\d{2}-\d{2})$/;
/** Up to so long after the end of a range, days still belong to its last bar. */
const OVERHANG_MS: Readonly<Record<string, number>> = { '1w': 6 * DAY_MS, '1M': 30 * DAY_MS };

/** A request in the one form that all its spellings share. */
export interface CacheRequest {
  rule: CachedEndpoint;
  /** Canonical path and query at market-data. */
  path: string;
  /** The canonical symbol the answer is about, where it is about one. */
  symbol: string | undefined;
  /** After this time nothing can change the answer any more; Infinity where that never comes. */
  closesAt: number;
}

/** Undefined where the symbol has no accepted form: market-data says so better. */
export function toCacheRequest(rule: CachedEndpoint, request: Request): CacheRequest | undefined {
  const { symbol: text } = request.params;
  const symbol = typeof text === 'string' ? canonicalSymbol(text, rule) : undefined;
  if (text !== undefined && symbol === undefined) return undefined;
  const query = new URLSearchParams(request.originalUrl.split('?')[1] ?? '');
  query.sort();
  const path = rule.endpoint.path.replace('{symbol}', symbol ?? '');
  return {
    rule,
    path: query.size === 0 ? path : `${path}?${query.toString()}`,
    symbol,
    closesAt: closesAt(rule, query),
  };
}

function canonicalSymbol(text: string, { kind }: CachedEndpoint): string | undefined {
  try {
    return parseSymbol(text, kind ? { kind } : {}).symbol;
  } catch (error) {
    if (error instanceof SymbolError) return undefined;
    throw error;
  }
}

function closesAt({ about }: CachedEndpoint, query: URLSearchParams): number {
  if (about === 'reference') return Number.NEGATIVE_INFINITY;
  const end = query.get('end');
  if (about === 'market' || end === null) return Number.POSITIVE_INFINITY;
  return endOf(end) + (OVERHANG_MS[query.get('period') ?? ''] ?? 0);
}

function endOf(text: string): number {
  try {
    return DATE.test(text) ? shanghaiMs(parseTradeDate(text), '00:00:00') + DAY_MS : parseInstant(text) + 1;
  } catch {
    // Not a time: market-data refuses it, and refusals are not kept.
    return Number.POSITIVE_INFINITY;
  }
}
