import { negotiateFormat } from '@quotefleet/formats/negotiation';
import { AppError, unavailable } from '@quotefleet/service-kit';
import type { Request, Response } from 'express';
import { noteCall } from '../audit/note-call.ts';
import type { GatewayContext } from '../context.ts';
import { createDeprecation } from '../deprecation/deprecation.ts';
import type { Exchange } from '../proxy/exchange.ts';
import { FILE_WAY } from './index.ts';
import type { Route } from './route.ts';

const ANONYMOUS = 'anonymous';
/** What an old answer may stand in for. */
const STAND_IN_CODES = new Set(['UNAVAILABLE', 'BAD_GATEWAY', 'TIMEOUT']);

/** Serves one call. */
export type Serve = (request: Request, response: Response) => Promise<void>;

/** Admits the calls of one route and passes them on; refuses those of one that the gateway's file has switched off. */
export function serveRoute(route: Route, context: GatewayContext): Serve {
  if (!route.enabled) return refuseSwitchedOff;
  const { admit, upstreams, staleAnswers, events, protection, meter } = context;
  const upstream = upstreams.get(route.upstream);
  const wordsOwnErrors = route.endpoint?.bare === true;
  const keepCredentials = route.endpoint?.ownCredentials === true;
  const tellDeprecation = route.endpoint && createDeprecation(route.endpoint);
  const guard = protection.guardOf(route);
  return async (request, response) => {
    noteCall(request, { route: route.id, access: route.access });
    tellDeprecation?.(request, response);
    const wantsFile = asksForFile(request, route);
    guard.hear(request, wantsFile);
    const identity = await admit(request, response, route);
    if (tellDeprecation) events.deprecatedCalled(route.id, identity);
    const accepting = guard.accept(request, response, identity);
    if (accepting) await accepting;
    const { via, deadlineMs, bulkhead } = wantsFile ? FILE_WAY : route;
    const retries = request.method === 'GET' || request.method === 'HEAD' ? route.retries : 0;
    const how = { deadlineMs, bulkhead, retries, wordsOwnErrors, keepCredentials };
    const exchange: Exchange = { request, response, identity, ...how };
    if (via === 'stream') return upstream.stream(exchange);
    const { staleSeconds } = route;
    const standIn =
      staleSeconds > 0 && request.method === 'GET'
        ? staleAnswers.standInFor(request, identity?.role ?? ANONYMOUS, staleSeconds)
        : undefined;
    exchange.keeper = standIn;
    const startedAt = performance.now();
    try {
      await upstream.send(exchange);
    } catch (error) {
      if (!(error instanceof AppError && STAND_IN_CODES.has(error.code) && standIn?.serve(response))) throw error;
      events.staleServed(upstream.name);
    } finally {
      meter.upstreamAnswered(performance.now() - startedAt);
    }
  };
}

async function refuseSwitchedOff(): Promise<void> {
  throw unavailable('this endpoint is switched off');
}

/** Whether the rows are wanted in another format than JSON. */
function asksForFile(request: Request, { endpoint }: Route): boolean {
  if (endpoint?.table === undefined) return false;
  const { format } = request.query;
  return negotiateFormat(typeof format === 'string' ? format : undefined, request.headers.accept) !== 'json';
}
