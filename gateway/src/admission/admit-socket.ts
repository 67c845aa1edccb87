import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientAddress } from '@quotefleet/service-kit';
import { noteCall } from '../audit/note-call.ts';
import { withoutTag } from '../proxy/sticky.ts';
import type { Claims } from '../rate-limit/claims.ts';
import type { CountCall } from '../rate-limit/count-calls.ts';
import { KnownSessions } from './known-sessions.ts';

/** The session that a request names; Engine.IO takes an empty one for none. */
const SID = /[?&]sid=([^&]+)/;

/**
 * Counts a request that begins a session of Socket.IO, by upgrade or by its first poll, for the address that it is from:
 * whose it is comes inside. What names a session is counted too, by a wider limit, until realtime has answered for that.
 * @throws AppError RATE_LIMITED
 */
export type AdmitSocket = (request: IncomingMessage, response?: ServerResponse) => Promise<void>;

interface AdmitSocketDependencies {
  countCall: CountCall;
  /** Under the limits of the moment. */
  claims: () => Claims;
}

export function createAdmitSocket({ countCall, claims }: AdmitSocketDependencies): AdmitSocket {
  const known = new KnownSessions();
  const call = { cost: 1, failMode: 'open' } as const;

  return async (request, response) => {
    noteCall(request, { route: 'socket', access: 'read' });
    const address = clientAddress(request);
    // As the node reads it: a tag alone is no session.
    const sid = SID.exec(withoutTag(request.url ?? ''))?.[1];
    if (sid === undefined) {
      await countCall(claims().ofSocket(address), call, response);
      return;
    }
    const isUpgrade = response === undefined;
    if (!known.isKnown(sid, isUpgrade)) await countCall(claims().ofSession(address), call, response);
    response?.once('finish', () => known.answered(sid, response.statusCode));
  };
}
