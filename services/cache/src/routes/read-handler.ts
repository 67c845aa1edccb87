import { IDENTITY_HEADER } from '@quotefleet/service-kit';
import type { RequestHandler } from 'express';
import { createRestrictedRead } from '../access/restricted-read.ts';
import type { CacheContext } from '../context.ts';
import { toCacheRequest } from '../requests/cache-request.ts';
import type { CachedEndpoint } from '../requests/cached-endpoints.ts';
import { passOn } from './pass-on.ts';
import { sendAnswer } from './send-answer.ts';

/**
 * Answers one endpoint from the cache, or passes the request on where its answer is not one to keep. Who may not see
 * everything is answered on a way of their own.
 */
export function createReadHandler(rule: CachedEndpoint, context: CacheContext): RequestHandler {
  const { answers, marketData, events, callerRights } = context;
  const readRestricted = createRestrictedRead(rule, context);
  return async (request, response) => {
    response.vary('Accept');
    const rights = callerRights(request);
    if (!rights.isUnrestricted && (await readRestricted(request, response, rights))) return;
    const cacheRequest = toCacheRequest(rule, request);
    if (!cacheRequest) {
      events.answered(rule.endpoint.id, 'bypass');
      await passOn(request, response, marketData);
      return;
    }
    const answer = await answers.get(cacheRequest, request.get(IDENTITY_HEADER));
    events.answered(rule.endpoint.id, answer.source);
    sendAnswer(response, cacheRequest.path, answer);
  };
}
