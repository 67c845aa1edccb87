import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuditPayload } from '@quotefleet/contracts';
import type { RequestHandler } from 'express';

const ADDRESS_MAX = 64;
const USER_AGENT_MAX = 256;

type FromRequest = Pick<AuditPayload, 'ip' | 'userAgent'>;

const requests = new AsyncLocalStorage<FromRequest>();

/** Notes where each request comes from, as the gateway says, for the entries that are made while it is served. */
export function auditScope(): RequestHandler {
  return (request, _response, next) => {
    // The gateway drops what a client sent under this name: the last address is the one it saw itself.
    const ip = request.get('x-forwarded-for')?.split(',').at(-1)?.trim();
    const userAgent = request.get('user-agent');
    const from = {
      ...(ip ? { ip: ip.slice(0, ADDRESS_MAX) } : {}),
      ...(userAgent ? { userAgent: userAgent.slice(0, USER_AGENT_MAX) } : {}),
    };
    requests.run(from, next);
  };
}

/** Address and user agent of the request under way; nothing outside of any. */
export function fromRequest(): FromRequest {
  return requests.getStore() ?? {};
}
