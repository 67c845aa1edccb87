import { beforeEach, describe, expect, it } from '@jest/globals';
import { tickOf } from '../../tests/payloads.ts';
import type { RealtimeEvents } from '../events.ts';
import type { RoomHub } from '../rooms/room-hub.ts';
import { type FeedRoom, parseRoom, type Room } from '../rooms/room-name.ts';
import type { RoomSource, StoredUpdates, Update } from '../rooms/room-source.ts';
import { DelayLine } from './delay-line.ts';

const DELAY_SECONDS = 900;
const room = parseRoom('depth:600519.SH');
const feed = parseRoom('depth:*') as FeedRoom;

function update(seq: number, of: Room = room): Update {
  const raw = { type: 'delta', payload: {} } as const;
  const place = { epoch: 'e1', seq, prevSeq: seq - 1 };
  return { room: of, type: 'depth', payload: tickOf('600519.SH', seq), traceId: 't', ts: seq, ...place, raw };
}

describe('DelayLine', () => {
  let now: number;
  let sent: [room: string, seq: number, type: string][];
  let warm: Set<string>;
  let stored: (value: StoredUpdates) => void;
  let live: RoomSource;
  let line: DelayLine;

  beforeEach(() => {
    [now, sent, warm] = [1_000_000, [], new Set()];
    const rooms = { warm: ({ name }: Room) => void warm.add(name), get: (name: string) => warm.has(name) || undefined };
    const publish = ({ room: of, seq, raw, type }: Update) => void sent.push([of.name, seq, raw?.type ?? type]);
    const hub = { rooms, publish } as unknown as RoomHub;
    line = new DelayLine({ hub, events: {} as RealtimeEvents, now: () => now }, DELAY_SECONDS);
    const { promise, resolve } = Promise.withResolvers<StoredUpdates>();
    stored = resolve;
    live = {
      require: async () => undefined,
      prepare: async () => undefined,
      snapshot: () => undefined,
      stored: () => promise,
    };
  });
  const later = () => {
    now += DELAY_SECONDS * 1000;
    line.release();
  };

  it('lets everybody who comes while storage is asked start from what storage knew', async () => {
    const source = line.source(live);
    const first = source.prepare(room);
    const second = source.prepare(room).then(() => source.snapshot(room));
    line.push(update(6));
    stored({ before: update(5), between: [] });
    await first;
    expect(await second).toMatchObject({ seq: 5 });
  });

  it('begins what it has no beginning of with the whole of it', () => {
    line.source(live).snapshots?.(feed);
    line.push(update(6));
    line.push(update(7));
    later();
    expect(sent).toEqual([
      [room.name, 6, 'depth'],
      [room.name, 7, 'delta'],
    ]);
  });

  it('begins what storage knew with the whole, too, for those in its feed, who were not sent that', async () => {
    const source = line.source(live);
    source.snapshots?.(feed);
    stored({ before: update(5), between: [] });
    await source.prepare(room);
    line.push(update(6));
    line.push(update(7));
    later();
    expect(sent).toEqual([
      [room.name, 6, 'depth'],
      [room.name, 7, 'delta'],
    ]);
  });

  it('keeps the rooms of a feed that somebody is in, whoever left one of them', () => {
    line.source(live).snapshots?.(feed);
    line.push(update(6));
    line.forget(room);
    later();
    expect(sent).toHaveLength(1);
  });

  it('forgets the rooms of a feed with it, but for those that somebody is in', () => {
    const other = parseRoom('depth:000001.SZ');
    const source = line.source(live);
    source.snapshots?.(feed);
    line.push(update(6));
    line.push(update(3, other));
    warm.add(other.name);
    later();
    line.forget(feed);
    expect([source.snapshot(room), source.snapshot(other)?.seq]).toEqual([undefined, 3]);
  });

  it('takes no more rooms while those it has are full', async () => {
    const source = line.source(live);
    stored({ before: update(5), between: [] });
    await source.prepare(room);
    for (let seq = 6; seq < 600_006; seq++) line.push(update(seq));
    const other = parseRoom('depth:000001.SZ');
    await expect(source.prepare(other)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(source.prepare(room)).resolves.toBeUndefined();
    later();
    await expect(source.prepare(other)).resolves.toBeUndefined();
  });

  it('keeps what comes for a room that was forgotten before somebody joined it', () => {
    line.include(room.name);
    line.push(update(6));
    later();
    expect(sent).toHaveLength(1);
  });
});
