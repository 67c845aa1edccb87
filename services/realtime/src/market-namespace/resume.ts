import type { GapPayload, GapReason, Position, ServerMessage } from '@quotefleet/contracts';
import type { Room } from '../rooms/room-name.ts';
import type { RoomSource } from '../rooms/room-source.ts';

/** Where a client starts in a room. */
export interface Resumption {
  recovered?: boolean;
  /** All that the client has not had yet. */
  missed?: ServerMessage[];
  /** What it will not get. */
  gap?: GapPayload;
  snapshot?: ServerMessage;
}

/** Continues a room after a position where all since then is there, and says what is not where it is not. */
export function resume(source: RoomSource, room: Room, position: Position | undefined, sizeMax: number): Resumption {
  const snapshot = source.snapshot(room);
  const start = snapshot ? { snapshot } : {};
  if (!position) return start;
  const missed = source.since?.(room, position);
  if (missed && sizeOf(missed) <= sizeMax) return { recovered: true, missed };
  if (!snapshot) return { recovered: false };
  const gap = gapBefore(snapshot, position, missed ? 'overflow' : 'retention');
  return { recovered: false, ...(gap ? { gap } : {}), ...start };
}

/** What lies between a position and a snapshot; undefined where nothing does. */
function gapBefore({ epoch, seq }: ServerMessage, position: Position, reason: GapReason): GapPayload | undefined {
  if (epoch !== position.epoch) return { reason: 'epoch' };
  return seq > position.seq + 1 ? { from: position.seq + 1, to: seq - 1, reason } : undefined;
}

function sizeOf(messages: readonly ServerMessage[]): number {
  return messages.reduce((size, message) => size + JSON.stringify(message).length, 0);
}
