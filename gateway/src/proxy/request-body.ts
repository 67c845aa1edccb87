import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

const bodies = new WeakMap<IncomingMessage, Buffer | Readable>();

/** Has other bytes go on as a request's body than come from the client: those that were read, or those that are watched. */
export function replaceBody(request: IncomingMessage, body: Buffer | Readable): void {
  bodies.set(request, body);
}

/** What goes on as a request's body. */
export function bodyOf(request: IncomingMessage): Buffer | Readable {
  return bodies.get(request) ?? request;
}

/** The same as a stream; the request itself where it goes on as it comes. */
export function bodyStreamOf(request: IncomingMessage): Readable {
  const body = bodyOf(request);
  return body instanceof Readable ? body : Readable.from(body.length > 0 ? [body] : []);
}

/** Whether a request has a body, as its head says (RFC 9112 section 6). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
