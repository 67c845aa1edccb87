import type { IncomingMessage } from 'node:http';
import type { Access, Identity } from '@quotefleet/contracts';

/** What the parts of the gateway find out about a call while they serve it, for its audit. */
export interface CallFacts {
  /** Id of the route. */
  route?: string;
  access?: Access;
  identity?: Identity | undefined;
  /** Why it was refused. */
  reason?: string;
  /** Refused for the load alone. */
  shed?: true;
}

const calls = new WeakMap<IncomingMessage, CallFacts>();

export function noteCall(request: IncomingMessage, facts: CallFacts): void {
  const known = calls.get(request);
  if (known) Object.assign(known, facts);
  else calls.set(request, { ...facts });
}

export function factsOf(request: IncomingMessage): CallFacts {
  return calls.get(request) ?? {};
}
