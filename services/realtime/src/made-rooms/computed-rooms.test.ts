import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseRoom } from '../rooms/room-name.ts';
import type { Update } from '../rooms/room-source.ts';
import { ComputedRooms } from './computed-rooms.ts';
import { PreparedRooms } from './prepared-rooms.ts';

const ROOM = parseRoom('market:movers');

describe('ComputedRooms', () => {
  let value: object | undefined;
  let computed: number;
  let updates: Update[];
  let rooms: ComputedRooms;

  beforeEach(() => {
    [value, computed, updates] = [{ at: 1 }, 0, []];
    rooms = new ComputedRooms(
      { instanceId: 'node-1', publish: (update) => void updates.push(update) },
      {
        type: 'movers',
        require: async () => undefined,
        prepare: async () => undefined,
        compute: () => {
          computed += 1;
          return value;
        },
      },
    );
  });

  it('say what is new, once, in a chain of their own', async () => {
    await rooms.prepare(ROOM);
    rooms.opened(ROOM);
    expect(rooms.snapshot(ROOM)).toMatchObject({ type: 'movers', epoch: 'node-1', seq: 1, payload: { at: 1 } });
    rooms.refresh();
    value = { at: 2 };
    rooms.refresh();
    value = undefined;
    rooms.refresh();
    expect(updates.map(({ prevSeq, seq, payload }) => [prevSeq, seq, payload])).toEqual([
      [undefined, 1, { at: 1 }],
      [1, 2, { at: 2 }],
    ]);
    expect(rooms.since(ROOM, { epoch: 'node-1', seq: 2 })).toEqual([]);
    expect(rooms.since(ROOM, { epoch: 'node-1', seq: 1 })).toBeUndefined();
  });

  it('are not computed while nobody is in them, and go on where they were', async () => {
    rooms.refresh();
    expect(computed).toBe(0);
    await rooms.prepare(ROOM);
    rooms.opened(ROOM);
    rooms.dropped(ROOM);
    rooms.refresh();
    expect(computed).toBe(1);
    await rooms.prepare(ROOM);
    expect(rooms.snapshot(ROOM)).toMatchObject({ seq: 2 });
  });
});

describe('PreparedRooms', () => {
  it('forget what was asked for and never joined, and keep what was', () => {
    let now = 0;
    const forgotten: string[] = [];
    const rooms = new PreparedRooms<string>(
      (state) => void forgotten.push(state),
      () => now,
    );
    rooms.prepare('a', () => 'A');
    rooms.prepare('b', () => 'B');
    rooms.open('b', () => 'never');
    now = 59_000;
    rooms.prepare('c', () => 'C');
    now = 61_000;
    rooms.prepare('d', () => 'D');
    expect([forgotten, [...rooms.values()]]).toEqual([['A'], ['B', 'C', 'D']]);
    rooms.drop('b');
    rooms.drop('b');
    expect([forgotten, rooms.get('b')]).toEqual([['A', 'B'], undefined]);
  });
});
