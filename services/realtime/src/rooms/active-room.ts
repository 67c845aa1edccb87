import { Lane } from './lane.ts';
import { type LaneTerms, laneKey } from './lane-terms.ts';
import type { Room } from './room-name.ts';

/** A room that somebody is in, or was lately. */
export class ActiveRoom {
  readonly room: Room;
  readonly createdAt: number;
  readonly lanes = new Map<string, Lane>();
  /** Since when nobody is in it, ms since the epoch; undefined while somebody is. */
  idleSince: number | undefined;
  /** Updates that came for it. */
  messages = 0;
  lastMessageAt: number | undefined;

  constructor(room: Room, now: number) {
    this.room = room;
    this.createdAt = now;
  }

  get members(): number {
    let members = 0;
    for (const lane of this.lanes.values()) members += lane.members.size;
    return members;
  }

  lane(terms: LaneTerms): Lane {
    const key = laneKey(terms);
    const lane = this.lanes.get(key) ?? new Lane(terms);
    this.lanes.set(key, lane);
    return lane;
  }

  /** Takes away a lane that nobody is in any more; what it had to send has no receiver. */
  prune(terms: LaneTerms): void {
    const key = laneKey(terms);
    if (this.lanes.get(key)?.members.size === 0) this.lanes.delete(key);
  }
}
