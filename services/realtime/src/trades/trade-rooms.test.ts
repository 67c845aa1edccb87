import { beforeEach, describe, expect, it } from '@jest/globals';
import type { TradePayload } from '@quotefleet/contracts';
import { ReplayRing } from '../rooms/replay-ring.ts';
import { parseRoom } from '../rooms/room-name.ts';
import type { Update } from '../rooms/room-source.ts';
import { TradeRooms } from './trade-rooms.ts';

const ROOM = parseRoom('trade:600519.SH');

function trade(seq: number, fields: Partial<TradePayload> = {}): TradePayload {
  const symbol = '600519.SH';
  return {
    symbol,
    ts: 1_000 + seq,
    seq,
    epoch: '2026-11-20',
    price: 10,
    volume: 100,
    amount: 1000,
    source: 't',
    ...fields,
  };
}

describe('TradeRooms', () => {
  let stored: TradePayload | undefined;
  let between: { before: TradePayload | undefined; between: TradePayload[] };
  let duplicates: number;
  let loads: number;
  let updates: Update[];
  let rooms: TradeRooms;

  beforeEach(() => {
    [stored, duplicates, loads, updates] = [undefined, 0, 0, []];
    rooms = new TradeRooms({
      ring: new ReplayRing(100),
      universe: { require: async () => undefined },
      load: async () => {
        loads += 1;
        return stored;
      },
      loadBetween: async () => between,
      publish: (update) => void updates.push(update),
      onDuplicate: () => {
        duplicates += 1;
      },
      onLoadFailed: () => undefined,
    });
  });
  const hear = (...trades: TradePayload[]) => {
    for (const payload of trades) rooms.accept({ payload, traceId: 't', ts: payload.ts });
  };
  const chain = () => updates.map(({ epoch, prevSeq, seq }) => [epoch, prevSeq, seq]);

  it('send each trade once, in order, over numbers that were left out and from day to day', () => {
    hear(trade(3), trade(9), trade(9), trade(4), trade(12));
    hear(trade(2, { epoch: '2026-11-23' }), trade(13), trade(5, { epoch: '2026-11-23' }));
    expect(chain()).toEqual([
      ['2026-11-20', undefined, 3],
      ['2026-11-20', 3, 9],
      ['2026-11-20', 9, 12],
      ['2026-11-23', undefined, 2],
      ['2026-11-23', 2, 5],
    ]);
    expect(duplicates).toBe(3);
  });

  it('begin with the last trade stored, where the bus has brought none', async () => {
    stored = trade(7);
    await Promise.all([rooms.prepare(ROOM), rooms.prepare(ROOM)]);
    expect(loads).toBe(1);
    expect(rooms.snapshot(ROOM)).toMatchObject({ type: 'trade', epoch: '2026-11-20', seq: 7, payload: { price: 10 } });
    hear(trade(7), trade(8));
    expect(chain()).toEqual([['2026-11-20', 7, 8]]);
  });

  it('give who comes back what came meanwhile', () => {
    hear(...[3, 5, 8, 9].map((seq) => trade(seq)));
    const missed = rooms.since(ROOM, { epoch: '2026-11-20', seq: 5 });
    expect(missed?.map(({ prevSeq, seq }) => [prevSeq, seq])).toEqual([
      [5, 8],
      [8, 9],
    ]);
    expect(rooms.since(ROOM, { epoch: '2026-11-20', seq: 9 })).toEqual([]);
    expect(rooms.since(ROOM, { epoch: '2026-11-20', seq: 1 })).toBeUndefined();
  });

  it('tell what storage has of the past as it was sent', async () => {
    const late = trade(6, { ts: 1_020 });
    between = { before: trade(3), between: [trade(7), late, trade(9), trade(2, { epoch: '2026-11-23' })] };
    const past = await rooms.stored(ROOM, 1_003, 5_000);
    expect(past.before).toMatchObject({ seq: 3, type: 'trade', room: ROOM });
    expect(past.between.map(({ epoch, prevSeq, seq }) => [epoch, prevSeq, seq])).toEqual([
      ['2026-11-20', 3, 7],
      ['2026-11-20', 7, 9],
      ['2026-11-23', undefined, 2],
    ]);
    between = { before: undefined, between: [trade(7)] };
    expect(await rooms.stored(ROOM, 1_003, 5_000)).toMatchObject({ before: undefined, between: [{ seq: 7 }] });
  });

  it('give a feed the newest of every symbol', () => {
    hear(trade(3), trade(4), trade(1, { symbol: '000001.SZ' }));
    const feed = { kind: 'feed', of: 'trade', name: 'trade:*' } as const;
    expect([...rooms.snapshots(feed)].map(({ room, seq }) => [room, seq])).toEqual([
      ['trade:600519.SH', 4],
      ['trade:000001.SZ', 1],
    ]);
  });
});
