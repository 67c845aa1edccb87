import { constants } from 'node:zlib';
import compression from 'compression';
import type { RequestHandler } from 'express';

/** Arrow and Parquet are dense already. */
const COMPRESSED_TYPES = /^(?:text\/|application\/(?:json|problem\+json|x-ndjson)\b)/;
/** What is smaller takes one packet anyhow. */
const BYTES_MIN = 1024;
/** 2 to this power is what brotli remembers of an answer, where 22 would be 4 MB for each that is under way. */
const BROTLI_WINDOW_BITS = 18;

/**
 * Compresses text as the client accepts it. What the upstream has sent goes on at once, and a client that does not read
 * holds the upstream back as it does without compression.
 */
export function compressAnswers(): RequestHandler {
  const compress = compression({
    threshold: BYTES_MIN,
    filter: (_request, response) => COMPRESSED_TYPES.test(String(response.getHeader('Content-Type'))),
    flush: constants.Z_SYNC_FLUSH,
    brotli: {
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW_BITS },
    },
  });
  return (request, response, next) => {
    // Watching a response for what it is going to hold costs as much as passing it on.
    if (request.headers['accept-encoding'] !== undefined) return compress(request, response, next);
    response.vary('Accept-Encoding');
    next();
  };
}
