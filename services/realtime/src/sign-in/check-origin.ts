import type { IncomingMessage } from 'node:http';
import { AppError } from '@quotefleet/service-kit';

/**
 * Whether the page that calls may connect: browsers let a page of any origin open WebSockets, and tell whose it is.
 * Who is no browser sends no Origin and is let through.
 * @param origins those that may, `*` for any; the host that is called where undefined
 * @throws AppError FORBIDDEN
 */
export function checkOrigin({ headers }: IncomingMessage, origins: readonly string[] | undefined): void {
  const { origin } = headers;
  if (origin === undefined) return;
  const host = forwardedHost(headers) ?? headers.host ?? '';
  const isAllowed = origins ? origins.includes('*') || origins.includes(origin) : isOfHost(origin, host);
  if (!isAllowed) throw new AppError('FORBIDDEN', `pages of the origin ${origin.slice(0, 200)} may not connect`);
}

/** A page cannot set it, so that whatever the peer says is believed. */
function forwardedHost(headers: IncomingMessage['headers']): string | undefined {
  const host = headers['x-forwarded-host'];
  return typeof host === 'string' ? host.split(',', 1)[0]?.trim() : undefined;
}

function isOfHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  const url = `${page.protocol}//${host}`;
  // An origin has no user, path or query (RFC 6454): what has them was written by no browser.
  return page.origin === origin.toLowerCase() && URL.canParse(url) && new URL(url).host === page.host;
}
