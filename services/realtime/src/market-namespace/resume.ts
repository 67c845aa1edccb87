import type { GapPayload, GapReason, Position, ServerMessage } from '@quotefleet/contracts';
import type { LaneTerms } from '../rooms/lane-terms.ts';
import type { FeedRoom, Room } from '../rooms/room-name.ts';
import type { RoomSource } from '../rooms/room-source.ts';
import type { RoomSources } from '../rooms/room-sources.ts';

/** Where a client starts in a room. */
export interface Resumption {
  recovered?: boolean;
  /** All that the client has not had yet. */
  missed?: ServerMessage[];
  /** What it will not get. */
  gap?: GapPayload;
  snapshot?: ServerMessage;
}

/**
 * Continues a room after a position where all since then is there, and says what is not where it is not.
 * @param sizeMax characters that it may take; where it is 0, what was missed is not even looked for
 */
export function resume(source: RoomSource, room: Room, position: Position | undefined, sizeMax: number): Resumption {
  const snapshot = source.snapshot(room);
  const start = snapshot ? { snapshot } : {};
  if (!position) return start;
  const mayRecover = sizeMax > 0;
  const missed = mayRecover ? source.since?.(room, position) : undefined;
  if (missed && fits(missed, sizeMax)) return { recovered: true, missed };
  if (!snapshot) return { recovered: false };
  const gap = gapBefore(snapshot, position, missed || !mayRecover ? 'overflow' : 'retention');
  return { recovered: false, ...(gap ? { gap } : {}), ...start };
}

/** Continues a feed from a moment on, or starts it from the newest of each room where that is not all there. */
export function resumeFeed(
  sources: RoomSources,
  feed: FeedRoom,
  { delaySeconds, mode }: LaneTerms,
  since: number | undefined,
): Pick<Resumption, 'recovered' | 'gap'> & { start: Iterable<ServerMessage> } {
  const start = sources.snapshotsOf(feed, delaySeconds);
  if (since === undefined || mode !== 'raw') return { start };
  const missed = sources.feedFrom(feed, delaySeconds, since);
  if (Array.isArray(missed)) return { recovered: true, start: missed };
  return { recovered: false, gap: { reason: missed }, start };
}

/** What lies between a position and a snapshot; undefined where nothing does. */
function gapBefore({ type, epoch, seq }: ServerMessage, position: Position, reason: GapReason): GapPayload | undefined {
  if (epoch !== position.epoch) return { reason: 'epoch' };
  // An amendment of an earlier bar may carry the very sequence at which the newest bar stands.
  const to = type === 'bar' ? seq : seq - 1;
  return to > position.seq ? { from: position.seq + 1, to, reason } : undefined;
}

function fits(messages: readonly ServerMessage[], sizeMax: number): boolean {
  let size = 0;
  return messages.every((message) => {
    size += JSON.stringify(message).length;
    return size <= sizeMax;
  });
}
