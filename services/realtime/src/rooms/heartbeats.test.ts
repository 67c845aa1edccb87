import { describe, expect, it } from '@jest/globals';
import type { Connection } from '../connections/connection.ts';
import type { RoomMessage } from '../connections/room-message.ts';
import { Heartbeats } from './heartbeats.ts';

const connection = (isBehind = false) =>
  ({ isBehind, queueSize: isBehind ? 7 : 0, oldestAge: () => (isBehind ? 1234.4 : 0) }) as unknown as Connection;

describe('Heartbeats', () => {
  it('come to each connection every fifteen seconds, and say how far behind it is', () => {
    const heartbeats = new Heartbeats();
    const [first, behind, gone, later] = [connection(), connection(true), connection(), connection()];
    for (const one of [first, behind, gone]) heartbeats.add(one, 0);
    heartbeats.add(later, 5000);
    heartbeats.remove(gone);
    const beat = (now: number) => {
      const told = new Map<Connection, RoomMessage>();
      heartbeats.beat(now, 12, (one, message) => told.set(one, message));
      return told;
    };
    expect(beat(14_999).size).toBe(0);
    const told = beat(15_000);
    expect([...told.keys()]).toEqual([first, behind]);
    const payloadOf = (one: Connection) => JSON.parse(told.get(one)?.bytes.toString() ?? '{}').payload;
    expect(payloadOf(first)).toEqual({ queuedBytes: 0, oldestMs: 0, lagMs: 12 });
    expect(payloadOf(behind)).toEqual({ queuedBytes: 7, oldestMs: 1234, lagMs: 12 });
    expect([...beat(20_000).keys()]).toEqual([later]);
    expect([...beat(30_000).keys()]).toEqual([first, behind]);
  });
});
