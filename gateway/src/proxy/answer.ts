import type { IncomingHttpHeaders } from 'node:http';
import type { Response } from 'express';
import { clientHeaders } from './headers.ts';

const JSON_TYPE = /^application\/(?:[a-z.-]+\+)?json\b/i;

/** False for a server error that is not in our JSON: the client gets an envelope in its place. */
export function canPassOn(status: number, headers: IncomingHttpHeaders): boolean {
  return status < 500 || JSON_TYPE.test(headers['content-type'] ?? '');
}

/** Starts the answer to the client as the upstream started its own. */
export function startAnswer(response: Response, status: number, headers: IncomingHttpHeaders): void {
  const { vary, ...others } = clientHeaders(headers);
  // What is compressed on the way has other bytes than those that a strong tag stands for.
  if (others.etag?.startsWith('"') && others['content-encoding'] === undefined) others.etag = `W/${others.etag}`;
  // The gateway's own answers vary too, by Origin and Accept-Encoding.
  if (vary !== undefined) response.vary(vary);
  // It stands for an answer that would have been compressed.
  if (status === 304) response.vary('Accept-Encoding');
  response.writeHead(status, others);
}

/** Whether the client, and not the upstream, is what keeps an answer from coming to its end. */
export function isHeldBack(response: Response): boolean {
  return response.headersSent && response.writableNeedDrain;
}
