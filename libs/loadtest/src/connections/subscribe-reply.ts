import type { RoomResult } from '@quotefleet/contracts';
import type { GrantedRoom } from './market-client.ts';
import { MalformedFrameError, toReceivedMessage } from './received-message.ts';

/**
 * Reads the acknowledgement of subscribe.
 * @throws MalformedFrameError
 */
export function toGrantedRooms(reply: unknown): GrantedRoom[] {
  const { results, error } = reply as { results?: unknown; error?: { message?: unknown } };
  if (!Array.isArray(results)) throw new MalformedFrameError(`expected results, was ${JSON.stringify(reply)}`);
  if (error) throw new MalformedFrameError(`the call was not understood: ${String(error.message)}`);
  return results.map((result: RoomResult) => ({
    requested: result.requested,
    accepted: result.accepted === true,
    ...(result.code === undefined ? {} : { code: result.code }),
    ...(result.mode === undefined ? {} : { mode: result.mode }),
    ...(result.delaySeconds === undefined ? {} : { delaySeconds: result.delaySeconds }),
    snapshot: result.snapshot === undefined ? undefined : toReceivedMessage(result.snapshot),
  }));
}
