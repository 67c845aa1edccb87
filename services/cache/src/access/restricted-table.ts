import type { RowRights } from '@quotefleet/access';
import { negotiateFormat } from '@quotefleet/formats/negotiation';
import { serveTable, type TableAnswer, type TableEndpoint, type TablePage } from '@quotefleet/service-kit/tables';
import type { Request, Response } from 'express';
import type { CacheContext } from '../context.ts';
import { cacheRequestOf } from '../requests/cache-request.ts';
import type { CachedEndpoint } from '../requests/cached-endpoints.ts';
import { CACHE_HEADER } from '../routes/send-answer.ts';
import { parsePage } from './columnar-page.ts';
import { delayRows } from './delay-quotes.ts';
import { limitTable } from './limit-fields.ts';
import { type LimitedRange, limitRange } from './limit-range.ts';
import { limitSymbols, symbolsHeader } from './limit-symbols.ts';
import { permitRows } from './permit-rows.ts';
import type { RowPlan } from './row-plans.ts';
import { timeRights } from './time-rights.ts';

/** Pages that are read on, in search of a row that may be seen. */
const EMPTY_PAGES_MAX = 20;
/** What is about the form of the answer and not about what is in it. */
const FORM_PARAMETERS = ['fields', 'format', 'limit', 'cursor'];

export interface RestrictedCall {
  request: Request;
  response: Response;
  rights: RowRights;
  plan: RowPlan;
  /** The endpoint in v2, which gives rows by columns. */
  rule: CachedEndpoint;
  symbol: string | undefined;
  /** Sorted; cut down to what may be seen on the way. */
  query: URLSearchParams;
  identity: string | undefined;
}

type Context = Pick<CacheContext, 'answers' | 'marketData' | 'events'>;

/**
 * Answers with the rows and fields that a role may see, in every version and format: market-data is asked for rows of
 * all fields, which are shared with everybody, and what may not be seen is left out of them.
 */
export async function serveRestrictedTable(
  context: Context,
  endpoint: TableEndpoint,
  call: RestrictedCall,
): Promise<void> {
  const table = limitTable(call.rights, endpoint, endpoint.table);
  await serveTable({ ...endpoint, table }, call, () => restrictedAnswer(context, call));
}

async function restrictedAnswer(context: Context, call: RestrictedCall): Promise<TableAnswer> {
  const { request, response, query, rights, plan } = call;
  const format = query.get('format') ?? undefined;
  const isFile = negotiateFormat(format, request.get('accept')) !== 'json';
  const refused = plan.asksForSymbols ? limitSymbols(rights, query) : [];
  const range = rangeOf(call, isFile);
  const [cursor, limit] = [query.get('cursor') ?? undefined, query.get('limit') ?? undefined];
  for (const name of FORM_PARAMETERS) query.delete(name);

  if (refused.length > 0) response.setHeader('X-QF-Refused', symbolsHeader(refused));
  if (range && range.clamped.length > 0) response.setHeader('X-QF-Clamped', range.clamped.join(', '));
  if (range && rights.delaySeconds > 0) response.setHeader('X-QF-Delayed', String(rights.delaySeconds));
  response.set({ 'cache-control': 'private, no-cache', [CACHE_HEADER]: 'bypass' });

  const read = createPageReader(context, call, { range, isFile });
  const load = async (from: string | undefined, rows: number | undefined): Promise<Page> => {
    let page = await read(from, rows);
    for (let pages = 1; page.rows.length === 0 && page.nextCursor !== undefined && pages < EMPTY_PAGES_MAX; pages++)
      page = await read(page.nextCursor, rows);
    return page;
  };
  if (isFile) {
    context.events.answered(call.rule.endpoint.id, 'bypass');
    return startless(call) ? { load, loadFromFirst: load } : { load };
  }
  // What stands beside the rows has to be known before they are asked for.
  const first = await load(cursor, limit === undefined ? undefined : Number(limit));
  return { beside: first.beside, load: async () => first };
}

interface Page extends TablePage {
  beside: object;
}

interface Limits {
  range: LimitedRange | undefined;
  isFile: boolean;
}

/** Reads pages of market-data, JSON by way of the cache, and leaves out what may not be seen. */
function createPageReader({ answers, marketData, events }: Context, call: RestrictedCall, { range, isFile }: Limits) {
  const { response, rights, plan, rule, symbol, query, identity } = call;
  const keeps = permitRows(rights, { plan, symbol, times: range?.times, isDaily: range?.isDaily ?? false });
  const hasLimit = 'limit' in (rule.endpoint.query?.shape ?? {});

  async function bytesOf(pageQuery: URLSearchParams): Promise<Buffer> {
    const request = cacheRequestOf(rule, { symbol, code: String(call.request.params.code), query: pageQuery });
    // Pages of files are long, and nobody asks for them twice.
    if (isFile) return marketData.get(request.path, { identity });
    const answer = await answers.get(request, identity);
    events.answered(rule.endpoint.id, answer.source);
    response.setHeader(CACHE_HEADER, answer.source);
    return answer.bytes;
  }

  return async (cursor: string | undefined, limit: number | undefined): Promise<Page> => {
    const pageQuery = new URLSearchParams(query);
    if (cursor !== undefined) pageQuery.set('cursor', cursor);
    if (limit !== undefined && hasLimit) pageQuery.set('limit', String(limit));
    pageQuery.sort();
    const { beside, rows, nextCursor } = parsePage(await bytesOf(pageQuery));
    const kept = rows.filter(keeps);
    const until = plan.timed === 'quotes' ? range?.times.untilMs : undefined;
    if (until === undefined) return { beside, rows: kept, nextCursor };
    const mayLookUp = plan.asksForSymbols === true;
    return {
      beside,
      rows: await delayRows(rights, kept, { answers, untilMs: until, identity, mayLookUp }),
      nextCursor,
    };
  };
}

function rangeOf({ rights, plan, query }: RestrictedCall, isFile: boolean): LimitedRange | undefined {
  const now = Date.now();
  if (plan.timed === undefined) return undefined;
  if (plan.timed === 'quotes') return { times: timeRights(rights, now, true), isDaily: false, clamped: [] };
  return limitRange(rights, query, { isBars: plan.timed === 'bars', now, isFile });
}

/** Whether rows without a cursor are the last ones there are. */
function startless({ plan, query }: RestrictedCall): boolean {
  return (plan.timed === 'bars' || plan.timed === 'ticks') && query.get('start') === null;
}
