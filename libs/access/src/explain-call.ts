import type { Endpoint } from '@quotefleet/contracts';
import { parseSymbol, resolveAlias, SymbolError } from '@quotefleet/domain';
import type { Access, Explanation } from './create-access.ts';
import { callOf, findEndpoint } from './functions/endpoints.ts';

/** Where endpoints take a bare code to be from, if not the stocks of the mainland. */
const SUFFIXES: Readonly<Record<string, string>> = { historicalHk: '.HK', historicalUs: '.US' };
const INDEX_ENDPOINTS = /^(realtimeIndex|historicalIndex|listConstituents)/;

export interface CallExplanation extends Explanation {
  endpoint: Endpoint;
}

/**
 * Why a role may or may not make a call, by the rules of functions and, where the path names a symbol, by those of rows
 * as well. Undefined where the path is of no endpoint.
 */
export function explainCall(
  access: Access,
  role: string,
  { method, path }: { method: string; path: string },
): CallExplanation | undefined {
  const endpoint = findEndpoint(method, path);
  if (!endpoint) return undefined;
  const explanation = { ...access.explain(role, callOf(endpoint)), endpoint };
  const symbol = explanation.allowed ? symbolOf(endpoint, path) : undefined;
  const refusal = symbol === undefined ? undefined : explanation.rows.refusalOf(symbol);
  return refusal ? { ...explanation, allowed: false, reason: refusal.reason, rule: undefined } : explanation;
}

function symbolOf({ id, path: template }: Endpoint, path: string): string | undefined {
  const at = template.split('/').indexOf('{symbol}');
  const text = at < 0 ? undefined : path.split('?')[0]?.split('/')[at];
  if (text === undefined) return undefined;
  const suffix = text.includes('.') ? '' : (SUFFIXES[id.replace(/V2$/, '')] ?? '');
  try {
    const hint = INDEX_ENDPOINTS.test(id) ? { kind: 'index' as const } : {};
    return resolveAlias(parseSymbol(decodeURIComponent(text) + suffix, hint).symbol);
  } catch (error) {
    if (error instanceof SymbolError || error instanceof URIError) return undefined;
    throw error;
  }
}
