import type { RoomResult } from '@quotefleet/contracts';
import type { GrantedRoom } from './market-client.ts';
import { MalformedFrameError, toReceivedMessage } from './received-message.ts';

/** The server did not take a call as a whole. */
export class RefusedCallError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the call was refused: ${code}`);
    this.name = 'RefusedCallError';
    this.code = code;
  }
}

/**
 * Reads the acknowledgement of subscribe.
 * @throws RefusedCallError, MalformedFrameError
 */
export function toGrantedRooms(reply: unknown): GrantedRoom[] {
  const { results, error } = reply as { results?: unknown; error?: { code?: unknown } };
  if (error) throw new RefusedCallError(String(error.code));
  if (!Array.isArray(results)) throw new MalformedFrameError(`expected results, was ${JSON.stringify(reply)}`);
  return results.map((result: RoomResult) => ({
    requested: result.requested,
    accepted: result.accepted === true,
    ...(result.code === undefined ? {} : { code: result.code }),
    ...(result.mode === undefined ? {} : { mode: result.mode }),
    ...(result.delaySeconds === undefined ? {} : { delaySeconds: result.delaySeconds }),
    snapshot: result.snapshot === undefined ? undefined : toReceivedMessage(result.snapshot),
  }));
}
