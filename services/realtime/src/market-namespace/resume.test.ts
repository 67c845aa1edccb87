import { describe, expect, it } from '@jest/globals';
import type { ServerMessage } from '@quotefleet/contracts';
import { parseRoom } from '../rooms/room-name.ts';
import type { RoomSource } from '../rooms/room-source.ts';
import { resume } from './resume.ts';

const room = parseRoom('tick:600519.SH');
const position = { epoch: 'e1', seq: 1 };

function message(seq: number): ServerMessage {
  return { type: 'tick', room: room.name, payload: {}, traceId: 't', epoch: 'e1', seq, ts: 1 };
}

/** A room that is at 9, and how often it was asked for what was missed. */
function source(): RoomSource & { asked: number } {
  return {
    asked: 0,
    require: async () => undefined,
    prepare: async () => undefined,
    snapshot: () => message(9),
    since(_room, { seq }) {
      this.asked += 1;
      return Array.from({ length: 9 - seq }, (_, index) => message(seq + 1 + index));
    },
  };
}

describe('resume', () => {
  it('gives what was missed where there is place for it', () => {
    const { missed, recovered } = resume(source(), room, position, 10_000);
    expect([recovered, missed?.map(({ seq }) => seq)]).toEqual([true, [2, 3, 4, 5, 6, 7, 8, 9]]);
  });

  it('starts from the newest where there is not enough, and does not look for it where there is none', () => {
    const rooms = source();
    const start = { recovered: false, gap: { from: 2, to: 8, reason: 'overflow' }, snapshot: message(9) };
    expect(resume(rooms, room, position, 100)).toEqual(start);
    expect(resume(rooms, room, position, 0)).toEqual(start);
    expect(rooms.asked).toBe(1);
  });
});
