import { describe, expect, it } from '@jest/globals';
import type { Connection } from '../connections/connection.ts';
import { parseRoom } from './room-name.ts';
import { RoomRegistry } from './room-registry.ts';

const RAW = { mode: 'raw', intervalMs: 0, delaySeconds: 0 } as const;
const MERGE = { mode: 'merge', intervalMs: 1000, delaySeconds: 0 } as const;
const connection = () => ({ rooms: new Map() }) as unknown as Connection;

describe('RoomRegistry', () => {
  const room = parseRoom('tick:600519.SH');
  function start() {
    const clock = { now: 0 };
    const seen: string[] = [];
    const listeners = {
      opened: ({ name }: { name: string }) => void seen.push(`opened ${name}`),
      dropped: ({ name }: { name: string }) => void seen.push(`dropped ${name}`),
    };
    return { clock, seen, rooms: new RoomRegistry(listeners, () => clock.now) };
  }

  it('opens a room for the first, keeps it warm for a minute after the last, then drops it', () => {
    const { clock, seen, rooms } = start();
    const [one, two] = [connection(), connection()];
    rooms.join(one, room, RAW);
    rooms.join(two, room, MERGE);
    expect([rooms.activeCount, rooms.get(room.name)?.members]).toEqual([1, 2]);
    rooms.leave(one, room.name);
    expect(rooms.leave(one, room.name)).toBe(false);
    clock.now = 100_000;
    rooms.sweep();
    rooms.leave(two, room.name);
    expect(rooms.activeCount).toBe(0);
    clock.now = 159_000;
    rooms.sweep();
    expect(rooms.get(room.name)?.idleSince).toBe(100_000);
    rooms.join(one, room, RAW);
    clock.now = 500_000;
    rooms.sweep();
    expect(seen).toEqual(['opened tick:600519.SH']);
    rooms.leave(one, room.name);
    clock.now = 560_000;
    rooms.sweep();
    expect(seen).toEqual(['opened tick:600519.SH', 'dropped tick:600519.SH']);
  });

  it('has a connection in a room once, on the terms of its last call', () => {
    const { rooms } = start();
    const one = connection();
    rooms.join(one, room, RAW);
    rooms.join(one, room, MERGE);
    expect(rooms.get(room.name)?.members).toBe(1);
    expect(one.rooms.get(room.name)?.terms).toEqual(MERGE);
    expect(rooms.get(room.name)?.lanes.size).toBe(1);
  });

  it('keeps a room that was made for somebody who did not come for a minute', () => {
    const { clock, seen, rooms } = start();
    rooms.warm(room);
    clock.now = 60_000;
    rooms.sweep();
    expect(seen).toEqual(['opened tick:600519.SH', 'dropped tick:600519.SH']);
  });
});
