import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientAddress } from '@quotefleet/service-kit';
import { noteCall } from '../audit/note-call.ts';
import { isHandshake } from '../proxy/sticky.ts';
import type { Claims } from '../rate-limit/claims.ts';
import type { CountCall } from '../rate-limit/count-calls.ts';

/**
 * Counts a request that begins a session of Socket.IO, by upgrade or by its first poll, for the address that it is from:
 * whose it is comes inside. What belongs to a session that there is passes.
 * @throws AppError RATE_LIMITED
 */
export type AdmitSocket = (request: IncomingMessage, response?: ServerResponse) => Promise<void>;

interface AdmitSocketDependencies {
  countCall: CountCall;
  /** Under the limits of the moment. */
  claims: () => Claims;
}

export function createAdmitSocket({ countCall, claims }: AdmitSocketDependencies): AdmitSocket {
  return async (request, response) => {
    noteCall(request, { route: 'socket', access: 'read' });
    if (!isHandshake(request)) return;
    await countCall(claims().ofSocket(clientAddress(request)), { cost: 1, failMode: 'open' }, response);
  };
}
