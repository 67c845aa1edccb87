import { pipeline } from 'node:stream/promises';
import { IDENTITY_HEADER, unavailable } from '@quotefleet/service-kit';
import type { Request, Response } from 'express';
import type { MarketData } from '../upstream/market-data.ts';
import { CACHE_HEADER } from './send-answer.ts';

const PASSED_HEADERS = ['content-type', 'content-length', 'content-disposition', 'retry-after'];

/** Answers with what market-data answers, error or not, at the pace of the client and without keeping any of it. */
export async function passOn(request: Request, response: Response, marketData: MarketData): Promise<void> {
  const left = new AbortController();
  const leave = () => left.abort();
  response.once('close', leave);
  const { statusCode, headers, body } = await marketData.open(request.originalUrl, {
    identity: request.get(IDENTITY_HEADER),
    accept: request.get('accept'),
    signal: left.signal,
  });
  // From here on, whichever side ends, the other ends with it.
  response.off('close', leave);
  response.status(statusCode).set(CACHE_HEADER, 'bypass');
  for (const name of PASSED_HEADERS) {
    const value = headers[name];
    if (value !== undefined) response.setHeader(name, value);
  }
  if (request.method === 'HEAD') {
    response.end();
    await body.dump({ limit: 1 });
    return;
  }
  try {
    await pipeline(body, response);
  } catch (error) {
    // Whoever left needs no answer.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    throw unavailable('market-data broke off its answer', { cause: error });
  }
}
