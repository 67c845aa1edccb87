import { currentTraceId } from '@quotefleet/service-kit';
import type { Response } from 'express';
import { type Answer, isEnveloped } from '../answers/answer.ts';
import { envelopeTail } from '../answers/envelope.ts';

/** Where an answer came from. */
export const CACHE_HEADER = 'x-cache';

/** Answers with what is kept, or with 304 where the client has just that. */
export function sendAnswer(response: Response, path: string, { bytes, etag, source }: Answer): void {
  // Clients may keep it, and ask each time whether it still holds.
  response.set({ etag, 'cache-control': 'private, no-cache', [CACHE_HEADER]: source });
  if (hasAlready(response.req.get('if-none-match'), etag)) {
    response.status(304).end();
    return;
  }
  const tail = isEnveloped(path) ? envelopeTail(currentTraceId()) : '';
  response.status(200).set({
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(bytes.length + tail.length),
  });
  response.cork();
  response.write(bytes);
  response.end(tail);
  response.uncork();
}

/** Not express' `fresh`: it is false for every client that says no-cache, as fetch does beside If-None-Match. */
function hasAlready(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(etag));
}

/** A tag without its mark of weakness, which does not count here (RFC 9110 section 13.1.2). */
function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
