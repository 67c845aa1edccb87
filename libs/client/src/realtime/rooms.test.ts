import { describe, expect, it } from '@jest/globals';
import type { RoomRequest, RoomResult } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { tickMessage, ticks } from '../../tests/messages.ts';
import { QuotefleetError } from '../client-error.ts';
import type { AnyMessage } from './messages.ts';
import { Rooms } from './rooms.ts';
import type { Consumer } from './subscription.ts';

type Asked = { event: string; rooms: RoomRequest[] };

/** Rooms of a fleet that answers as it is told. */
function setUp({ buffersWhileOffline = false } = {}) {
  const asked: Asked[] = [];
  const fleet = {
    isOpen: true,
    answer: ({ room }: RoomRequest): Partial<RoomResult> => ({ accepted: true, room, mode: 'raw' }),
  };
  const rooms = new Rooms({
    ask: async (event, request, take) => {
      if (!fleet.isOpen) throw new QuotefleetError('OFFLINE', 'no connection');
      const call = request as { rooms: RoomRequest[] };
      asked.push({ event, rooms: call.rooms });
      const results = call.rooms.map((room) => ({ requested: room.room, ...fleet.answer(room) }));
      await Promise.resolve();
      take?.({ results });
    },
    isOpen: () => fleet.isOpen,
    buffersWhileOffline,
    settings: {
      ...{ repair: undefined, holdMax: 100, holdMs: 1000 },
      counts: { delivered: 0, repaired: 0, gaps: 0, known: 0 },
    },
    report: (error) => {
      throw error;
    },
  });
  return { rooms, asked, fleet };
}

function consumer(): Consumer & { seen: string[]; ends: string[] } {
  const seen: string[] = [];
  const ends: string[] = [];
  return {
    seen,
    ends,
    take: (message: AnyMessage) => seen.push(`${message.room.split(':')[1]} ${message.origin}/${message.seq}`),
    end: (error) => ends.push(error.code),
  };
}

const ROOM = 'tick:600519.SH';

describe('Rooms', () => {
  it('joins what is asked for at once in calls of 500 rooms', async () => {
    const { rooms, asked } = setUp();
    const names = Array.from({ length: 1100 }, (_, index) => `tick:${600_000 + index}.SH`);
    await Promise.all(names.map((room) => rooms.join({ room }, consumer())));
    expect(asked.map((call) => call.rooms.length)).toEqual([500, 500, 100]);
    expect(rooms.names).toEqual(names);
  });

  it('starts from the snapshot, and tells a refusal by its code', async () => {
    const { rooms, fleet } = setUp();
    fleet.answer = ({ room }) =>
      room === ROOM
        ? { accepted: true, room, snapshot: tickMessage(4) }
        : { accepted: false, code: 'NOT_FOUND', reason: 'unknown symbol' };
    const watcher = consumer();
    const joined = rooms.join({ room: ROOM }, watcher);
    await expect(rooms.join({ room: 'tick:1' }, consumer())).rejects.toMatchObject({
      ...{ code: 'NOT_FOUND', message: 'tick:1: unknown symbol' },
    });
    await joined;
    rooms.take(tickMessage(5, { prevSeq: 4 }));
    expect(watcher.seen).toEqual(['600519.SH snapshot/4', '600519.SH live/5']);
  });

  it('asks once for a room that several join, also by other names, and leaves it with the last', async () => {
    const { rooms, asked, fleet } = setUp();
    fleet.answer = () => ({ accepted: true, room: ROOM, snapshot: tickMessage(1) });
    const [first, second, third] = [consumer(), consumer(), consumer()];
    const joined = await rooms.join({ room: ROOM }, first);
    rooms.take(tickMessage(2, { prevSeq: 1 }));
    const [other, alias] = [
      await rooms.join({ room: ROOM }, second),
      await rooms.join({ room: 'tick:sh600519' }, third),
    ];
    expect(asked).toHaveLength(2);
    expect([first.seen.length, second.seen, third.seen]).toEqual([
      ...[2, ['600519.SH snapshot/2'], ['600519.SH snapshot/2']],
    ]);
    await Promise.all([joined.leave(), other.leave()]);
    expect(asked).toHaveLength(2);
    await alias.leave();
    expect(asked.at(-1)).toEqual({ event: 'unsubscribe', rooms: [ROOM] });
    rooms.take(tickMessage(3, { prevSeq: 2 }));
    expect(third.seen).toHaveLength(1);
  });

  it('leaves many rooms in one call, and stays in one that is joined again', async () => {
    const { rooms, asked } = setUp();
    const names = Array.from({ length: 100 }, (_, index) => `tick:${index}`);
    const joined = await Promise.all(names.map((room) => rooms.join({ room }, consumer())));
    asked.length = 0;
    const left = joined.map(({ leave }) => leave());
    const again = rooms.join({ room: 'tick:7' }, consumer());
    await Promise.all([...left, again]);
    expect(asked.map(({ event, rooms: named }) => `${event} ${named.length}`)).toEqual([
      'unsubscribe 100',
      'subscribe 1',
    ]);
    expect(rooms.names).toEqual(['tick:7']);
  });

  it('refuses another mode for a room that it is in', async () => {
    const { rooms } = setUp();
    await rooms.join({ room: ROOM }, consumer());
    await expect(rooms.join({ room: ROOM, mode: 'merge' }, consumer())).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('hands the messages of many rooms to the wildcard that has them, each with a chain of its own', async () => {
    const { rooms } = setUp();
    const watcher = consumer();
    await rooms.join({ room: 'tick:*' }, watcher);
    const other = (seq: number) => ({ ...tickMessage(seq), room: 'tick:000001.SZ' });
    for (const message of [tickMessage(7), other(1), tickMessage(8), other(1)]) rooms.take(message);
    expect(watcher.seen).toEqual(['600519.SH live/7', '000001.SZ live/1', '600519.SH live/8']);
  });

  it('resumes every room from where it was, in calls of 200', async () => {
    const { rooms, asked, fleet } = setUp();
    const watcher = consumer();
    await rooms.join({ room: ROOM, mode: 'raw' }, watcher);
    await Promise.all(Array.from({ length: 500 }, (_, index) => rooms.join({ room: `tick:${index}` }, consumer())));
    rooms.take(tickMessage(3));
    rooms.interrupt();
    expect(rooms.isCurrentIn(ROOM)).toBe(false);
    asked.length = 0;
    fleet.answer = ({ room }) => ({
      accepted: true,
      room,
      ...(room === ROOM ? { recovered: true, missed: ticks(4, 5) } : {}),
    });
    await rooms.resume();
    expect(asked.map((call) => call.rooms.length)).toEqual([200, 200, 101]);
    expect(asked[0]?.rooms[0]).toEqual({ room: ROOM, mode: 'raw', resume: { epoch: 'e1', seq: 3 } });
    expect(watcher.seen).toEqual(['600519.SH live/3', '600519.SH resumed/4', '600519.SH resumed/5']);
    expect(rooms.isCurrentIn(ROOM)).toBe(true);
  });

  it('makes no call of more than 48,000 characters', async () => {
    const { rooms, asked } = setUp();
    const names = Array.from({ length: 500 }, (_, index) => `board:industry/${'x'.repeat(46)}${index}`);
    await Promise.all(names.map((room) => rooms.join({ room, mode: 'merge', maxHz: 1 }, consumer())));
    expect(asked.flatMap((call) => call.rooms)).toHaveLength(500);
    const sizes = asked.map((call) => JSON.stringify(call.rooms).length);
    expect([sizes.length > 1, Math.max(...sizes) <= 48_001]).toEqual([true, true]);
  });

  it('asks again for a room that cannot be told now', async () => {
    const { rooms, fleet } = setUp();
    const watcher = consumer();
    await rooms.join({ room: ROOM }, watcher);
    rooms.take(tickMessage(3));
    const answers: Partial<RoomResult>[] = [
      { accepted: false, code: 'UNAVAILABLE', reason: 'market-data is away' },
      { accepted: true, room: ROOM, recovered: true, missed: ticks(4, 5) },
    ];
    fleet.answer = () => answers.shift() ?? {};
    await rooms.resume();
    await waitUntil(() => watcher.seen.length === 3);
    expect([watcher.ends, answers]).toEqual([[], []]);
  }, 15_000);

  it('goes on with a room that a wildcard had taken over', async () => {
    const { rooms, asked } = setUp();
    const watcher = consumer();
    await rooms.join({ room: ROOM }, watcher);
    const { leave } = await rooms.join({ room: 'tick:*' }, consumer());
    rooms.take(tickMessage(3));
    await leave();
    await waitUntil(() => asked.length === 4);
    expect(asked[3]).toEqual({ event: 'subscribe', rooms: [{ room: ROOM, resume: { epoch: 'e1', seq: 3 } }] });
  });

  it('asks for the room of its user by the name that users have for it', async () => {
    const { rooms, asked, fleet } = setUp();
    fleet.answer = () => ({ accepted: true, room: 'user:7' });
    const { leave } = await rooms.join({ room: 'user' }, consumer());
    await rooms.resume();
    await leave();
    expect(asked.map((call) => call.rooms)).toEqual([[{ room: 'user' }], [{ room: 'user' }], ['user']]);
  });

  it('tells a gap where a room could not be resumed, for the reason the fleet has', async () => {
    const { rooms, fleet } = setUp();
    const gaps: object[] = [];
    await rooms.join(
      { room: ROOM },
      { take: (message) => message.type === 'gap' && gaps.push(message.payload), end: () => undefined },
    );
    rooms.take(tickMessage(3));
    rooms.interrupt();
    const gap = { from: 4, to: 8, reason: 'retention' } as const;
    fleet.answer = ({ room }) => ({ accepted: true, room, recovered: false, gap, snapshot: tickMessage(9) });
    await rooms.resume();
    expect(gaps).toEqual([gap]);
  });

  it('tells a gap of unknown size where a room had nothing before the connection was lost', async () => {
    const { rooms, fleet } = setUp();
    const seen: (object | number)[] = [];
    const watcher: Consumer = {
      take: (message) => seen.push(message.type === 'gap' ? message.payload : message.seq),
      end: () => undefined,
    };
    await rooms.join({ room: ROOM }, watcher);
    rooms.interrupt();
    await rooms.resume();
    fleet.answer = ({ room }) => ({ accepted: true, room, snapshot: tickMessage(9) });
    await rooms.resume();
    await rooms.resume();
    expect(seen).toEqual([{ reason: 'epoch' }, 9]);
  });

  it('ends a room that is refused when it is to be resumed', async () => {
    const { rooms, fleet } = setUp();
    const watcher = consumer();
    await rooms.join({ room: ROOM }, watcher);
    fleet.answer = () => ({ accepted: false, code: 'FORBIDDEN', reason: 'not any more' });
    await rooms.resume();
    expect([watcher.ends, rooms.names]).toEqual([['FORBIDDEN'], []]);
  });

  it('refuses to join without a connection, or keeps the call until there is one', async () => {
    const refusing = setUp();
    refusing.fleet.isOpen = false;
    await expect(refusing.rooms.join({ room: ROOM }, consumer())).rejects.toMatchObject({ code: 'OFFLINE' });
    const { rooms, asked, fleet } = setUp({ buffersWhileOffline: true });
    fleet.isOpen = false;
    const joined = rooms.join({ room: ROOM }, consumer());
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked).toEqual([]);
    fleet.isOpen = true;
    await rooms.resume();
    await joined;
    expect(rooms.names).toEqual([ROOM]);
  });

  it.each([true, false])('loses its connection in a call, which may wait for the next one: %s', async (mayWait) => {
    const { rooms, asked, fleet } = setUp({ buffersWhileOffline: mayWait });
    const joined = rooms.join({ room: ROOM }, consumer());
    const outcome = joined.then(
      () => 'joined',
      (error: QuotefleetError) => error.code,
    );
    fleet.isOpen = false;
    rooms.interrupt();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked).toEqual([]);
    fleet.isOpen = true;
    await rooms.resume();
    expect(await outcome).toBe(mayWait ? 'joined' : 'OFFLINE');
  });

  it('leaves without a word where there is no connection', async () => {
    const { rooms, asked, fleet } = setUp();
    const { leave } = await rooms.join({ room: ROOM }, consumer());
    fleet.isOpen = false;
    await leave();
    expect([asked.length, rooms.names]).toEqual([1, []]);
  });

  it('asks for a whole book again where a change does not fit', async () => {
    const { rooms, asked } = setUp();
    const room = 'depth:600519.SH';
    await rooms.join({ room }, consumer());
    const delta = { symbol: '600519.SH', ts: 1, seq: 5, epoch: 'e1', bids: [], asks: [] };
    rooms.take({ type: 'delta', room, payload: delta, traceId: '', epoch: 'e1', seq: 5, prevSeq: 4, ts: 1 });
    await waitUntil(() => asked.length === 2);
    expect(asked[1]).toEqual({ event: 'subscribe', rooms: [{ room }] });
  });

  it('ends all rooms with the client', async () => {
    const { rooms } = setUp();
    const watcher = consumer();
    await rooms.join({ room: ROOM }, watcher);
    rooms.end(new QuotefleetError('CLOSED', 'closed'));
    expect([watcher.ends, rooms.names]).toEqual([['CLOSED'], []]);
  });
});
