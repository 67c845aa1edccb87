import type { RowRights } from '@quotefleet/access';
import { v2Endpoint } from '@quotefleet/contracts';
import { IDENTITY_HEADER, invalidArgument, sendData } from '@quotefleet/service-kit';
import type { TableEndpoint } from '@quotefleet/service-kit/tables';
import type { Request, Response } from 'express';
import type { CacheContext } from '../context.ts';
import { cacheRequestOf, canonicalQuery } from '../requests/cache-request.ts';
import type { CachedEndpoint } from '../requests/cached-endpoints.ts';
import { canonicalSymbol } from '../requests/canonical-symbol.ts';
import { CACHE_HEADER } from '../routes/send-answer.ts';
import { delayQuote } from './delay-quotes.ts';
import { checkAskedFields, limitObject } from './limit-fields.ts';
import { forbidden } from './refusal.ts';
import { type RestrictedCall, serveRestrictedTable } from './restricted-table.ts';
import { type RowPlan, rowPlanOf } from './row-plans.ts';
import { timeRights } from './time-rights.ts';

/**
 * Answers a call for a role that may not see everything. False where of this endpoint it may, once its symbol has been
 * checked: then the usual way is as good.
 * @throws AppError FORBIDDEN naming the right that is missing
 */
export type RestrictedRead = (request: Request, response: Response, rights: RowRights) => Promise<boolean>;

export function createRestrictedRead(rule: CachedEndpoint, context: CacheContext): RestrictedRead {
  const { endpoint } = rule;
  const plan = rowPlanOf(rule);
  const v2Rule = endpoint.path.startsWith('/api/v2/') ? rule : { ...rule, endpoint: v2Endpoint(endpoint) };
  return async (request, response, rights) => {
    const symbol = symbolOf(rule, request);
    const refusal = symbol === undefined ? undefined : rights.refusalOf(symbol);
    if (refusal) throw forbidden(refusal);
    const query = canonicalQuery(request);
    checkAskedFields(rights, endpoint, query);
    if (seesAll(rights, plan)) return false;
    const identity = request.get(IDENTITY_HEADER);
    const call = { request, response, rights, plan, rule: v2Rule, symbol, query, identity };
    if (endpoint.table) await serveRestrictedTable(context, endpoint as TableEndpoint, call);
    else await serveRestrictedObject(context, call);
    return true;
  };
}

/** Whether of an endpoint, but for its symbol, nothing has to be left out. */
function seesAll(rights: RowRights, { hasSymbols, timed }: RowPlan): boolean {
  const seesAllTimes = rights.historyDays === Number.POSITIVE_INFINITY && rights.delaySeconds === 0;
  return rights.seesAllFields && (!hasSymbols || rights.seesAllSymbols) && (timed === undefined || seesAllTimes);
}

/** @throws AppError INVALID_ARGUMENT for what is no symbol: nobody could say whether it may be seen */
function symbolOf({ codesOf }: CachedEndpoint, request: Request): string | undefined {
  const { symbol: text } = request.params;
  if (typeof text !== 'string') return undefined;
  const symbol = canonicalSymbol(text, codesOf);
  if (symbol !== undefined) return symbol;
  throw invalidArgument('symbol', `expected a symbol such as 600519.SH, was '${text}'`);
}

async function serveRestrictedObject(context: CacheContext, call: RestrictedCall): Promise<void> {
  const { response, rights, plan, rule, symbol, query, identity } = call;
  const { answers, events } = context;
  // Before the answer: a role without live data is refused whatever it is.
  const times = plan.timed === 'quotes' ? timeRights(rights, Date.now(), true) : undefined;
  const answer = await answers.get(cacheRequestOf(rule, { symbol, code: '', query }), identity);
  events.answered(rule.endpoint.id, answer.source);
  const data = JSON.parse(answer.bytes.toString()) as Record<string, unknown>;
  const seen = times ? await delayQuote(rights, data, { answers, untilMs: times.untilMs, identity }) : data;
  if (times && rights.delaySeconds > 0) response.setHeader('X-QF-Delayed', String(rights.delaySeconds));
  response.set({ 'cache-control': 'private, no-cache', [CACHE_HEADER]: answer.source });
  sendData(response, limitObject(rights, rule.endpoint, seen));
}
