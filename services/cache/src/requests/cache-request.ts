import { parseInstant, parseTradeDate, shanghaiMs } from '@quotefleet/domain';
import { negotiateFormat } from '@quotefleet/formats/negotiation';
import type { Request } from 'express';
import type { CachedEndpoint } from './cached-endpoints.ts';
import { canonicalSymbol } from './canonical-symbol.ts';

const DAY_MS = 24 * 3600 * 1000;
const DATE = /^(\d{8}|\d{4}-\d{2}-\d{2})$/;
/** Up to so long after the end of a range, days still belong to its last bar. */
const OVERHANG_MS: Readonly<Record<string, number>> = { '1w': 6 * DAY_MS, '1M': 30 * DAY_MS };

/** A request in the one form that all its spellings share. */
export interface CacheRequest {
  rule: CachedEndpoint;
  /** Canonical path and query at market-data. */
  path: string;
  /** The canonical symbol the answer is about, where it is about one alone. */
  symbol: string | undefined;
  /** After this time nothing can change the answer any more; Infinity where that never comes. */
  closesAt: number;
}

/**
 * Undefined where nothing is kept: of a symbol that has no accepted form, of which market-data says so better, and of
 * other formats than JSON, which are streams of any length.
 */
export function toCacheRequest(rule: CachedEndpoint, request: Request): CacheRequest | undefined {
  if (!asksForJson(rule, request)) return undefined;
  const { symbol: text, code } = request.params;
  const symbol = typeof text === 'string' ? canonicalSymbol(text, rule.codesOf) : undefined;
  if (text !== undefined && symbol === undefined) return undefined;
  return cacheRequestOf(rule, { symbol, code: String(code), query: canonicalQuery(request) });
}

/** The request for what a canonical symbol or a code, and a sorted query, name. */
export function cacheRequestOf(
  rule: CachedEndpoint,
  { symbol, code, query }: { symbol: string | undefined; code: string; query: URLSearchParams },
): CacheRequest {
  const path = rule.endpoint.path.replace('{symbol}', symbol ?? '').replace('{code}', encodeURIComponent(code));
  return {
    rule,
    path: query.size === 0 ? path : `${path}?${query.toString()}`,
    symbol: rule.ofManySymbols ? undefined : symbol,
    closesAt: closesAt(rule, query),
  };
}

function asksForJson({ endpoint }: CachedEndpoint, request: Request): boolean {
  if (!endpoint.table) return true;
  const { format } = request.query;
  if (format !== undefined && typeof format !== 'string') return false;
  return negotiateFormat(format, request.get('accept')) === 'json';
}

/** The query of a request, sorted by name. */
export function canonicalQuery({ originalUrl }: Request): URLSearchParams {
  const start = originalUrl.indexOf('?');
  const query = new URLSearchParams(start < 0 ? '' : originalUrl.slice(start + 1));
  // It is what market-data is asked for anyhow.
  query.delete('format', 'json');
  query.sort();
  return query;
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
