import { currentTraceId, IDENTITY_HEADER } from '@quotefleet/service-kit';
import type { RequestHandler, Response } from 'express';
import type { AnswerSource } from '../answers/answer.ts';
import { cutEnvelope, envelopeTail } from '../answers/envelope.ts';
import type { CacheContext } from '../context.ts';
import { type CacheRequest, toCacheRequest } from '../requests/cache-request.ts';
import type { CachedEndpoint } from '../requests/cached-endpoints.ts';

const CACHE_HEADER = 'x-cache';

/** Answers one endpoint from the cache, or passes the request on where it has no key. */
export function createReadHandler(rule: CachedEndpoint, context: CacheContext): RequestHandler {
  const { answers, marketData, events } = context;
  return async (request, response) => {
    const cacheRequest: CacheRequest | undefined = toCacheRequest(rule, request);
    const identity = request.get(IDENTITY_HEADER);
    if (!cacheRequest) {
      events.answered(rule.endpoint.id, 'bypass');
      const body = await marketData.get(request.originalUrl, { identity });
      send(response, cutEnvelope(body) ?? body, 'miss');
      return;
    }
    const { body, source } = await answers.get(cacheRequest, identity);
    events.answered(rule.endpoint.id, source);
    send(response, body, source);
  };
}

function send(response: Response, body: Buffer, source: AnswerSource): void {
  const tail = envelopeTail(currentTraceId());
  response.status(200).set({
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(body.length + tail.length),
    [CACHE_HEADER]: source,
  });
  response.cork();
  response.write(body);
  response.end(tail);
  response.uncork();
}
