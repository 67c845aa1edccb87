import { describe, expect, it } from '@jest/globals';
import type { BarPayload, ServerMessage, TickPayload } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { barMessage, deltaMessage, depthMessage, gapOf, tickMessage, tickOf, ticks } from '../../tests/messages.ts';
import type { Piece } from './gap-plan.ts';
import type { GapRepair } from './gap-repair.ts';
import type { AnyMessage } from './messages.ts';
import { RoomFeed, type RoomFeedOptions } from './room-feed.ts';

interface Watched {
  feed: RoomFeed;
  /** `kind/seq` of data, and the payloads of gaps. */
  seen: (string | object)[];
  renewals: () => number;
  counts: RoomFeedOptions['counts'];
}

function watch(options: Partial<RoomFeedOptions> = {}): Watched {
  const seen: (string | object)[] = [];
  const counts = { delivered: 0, repaired: 0, gaps: 0, known: 0 };
  let renewals = 0;
  const feed = new RoomFeed({
    ...{ room: 'tick:600519.SH', mode: 'raw', repair: undefined, holdMax: 100, holdMs: 5000, counts },
    emit: (message: AnyMessage) =>
      seen.push(message.type === 'gap' ? message.payload : `${message.origin}/${message.seq}`),
    renew: () => {
      renewals += 1;
    },
    turn: () => undefined,
    ...options,
  });
  return { feed, seen, renewals: () => renewals, counts };
}

function takeAll(feed: RoomFeed, messages: readonly ServerMessage[]): void {
  for (const message of messages) feed.take(message, 'live');
}

/** Repairs with these ticks, once it is let. */
function repairOf(...pieces: Piece<TickPayload>[]): GapRepair & { finish: () => void } {
  const { promise, resolve } = Promise.withResolvers<Piece<TickPayload>[]>();
  return { ticks: () => promise, trades: async () => [], bars: async () => [], finish: () => resolve(pieces) };
}

const stored = (seq: number, epoch = 'e1') => ({ value: tickOf(seq, { epoch }) });
const gap = (from: number, to: number, reason = 'not-received') => ({ from, to, reason });

describe('a feed of ticks', () => {
  it('gives each message once and in order', () => {
    const { feed, seen, counts } = watch();
    feed.take(tickMessage(1), 'snapshot');
    takeAll(feed, [...ticks(2, 3), ...ticks(2, 4)]);
    expect(seen).toEqual(['snapshot/1', 'live/2', 'live/3', 'live/4']);
    expect(feed.position).toEqual({ epoch: 'e1', seq: 4 });
    expect(counts).toEqual({ delivered: 4, repaired: 0, gaps: 0, known: 2 });
  });

  it('tells a gap before what follows on it, where it cannot be repaired', () => {
    const { feed, seen } = watch();
    takeAll(feed, [...ticks(1, 2), ...ticks(5, 6)]);
    expect(seen).toEqual(['live/1', 'live/2', gap(3, 4), 'live/5', 'live/6']);
  });

  it('holds what follows until what is missing is read, and gives all of it in order', async () => {
    const repair = repairOf(stored(3), stored(4));
    const { feed, seen, counts } = watch({ repair });
    takeAll(feed, [...ticks(1, 2), ...ticks(5, 6)]);
    expect(seen).toEqual(['live/1', 'live/2']);
    expect(feed.position).toEqual({ epoch: 'e1', seq: 2 });
    repair.finish();
    await waitUntil(() => seen.length > 2);
    takeAll(feed, ticks(7, 7));
    expect(seen).toEqual(['live/1', 'live/2', 'repaired/3', 'repaired/4', 'live/5', 'live/6', 'live/7']);
    expect(counts).toMatchObject({ delivered: 7, repaired: 2, gaps: 0 });
  });

  it('tells what of a gap is not stored', async () => {
    const repair = repairOf(stored(3), { gap: { from: 4, to: 5, reason: 'overflow' }, epoch: 'e1' });
    const { feed, seen } = watch({ repair });
    takeAll(feed, [...ticks(1, 2), gapOf('tick:600519.SH', 3, 5, 'overflow'), ...ticks(6, 6)]);
    repair.finish();
    await waitUntil(() => seen.length === 5);
    expect(seen).toEqual(['live/1', 'live/2', 'repaired/3', gap(4, 5, 'overflow'), 'live/6']);
  });

  it('repairs a second gap behind the first one', async () => {
    const missing: Piece<TickPayload>[][] = [[stored(2)], [stored(5), stored(6)]];
    const repair: GapRepair = {
      ticks: async () => missing.shift() ?? [],
      trades: async () => [],
      bars: async () => [],
    };
    const { feed, seen } = watch({ repair });
    takeAll(feed, [...ticks(1, 1), ...ticks(3, 4), ...ticks(7, 8)]);
    await waitUntil(() => seen.length === 8);
    expect(seen.map((one) => String(one).split('/')[1])).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it.each([
    ['takes too long', { holdMs: 20 }, 2],
    ['holds back too much', { holdMax: 3 }, 6],
  ])('tells the gap where the repair %s', async (_what, limits, more) => {
    const { feed, seen } = watch({ repair: repairOf(), ...limits });
    takeAll(feed, [...ticks(1, 1), ...ticks(4, 4 + more)]);
    await waitUntil(() => seen.length > 1);
    expect(seen.slice(1, 3)).toEqual([gap(2, 3), 'live/4']);
    expect(seen).toHaveLength(3 + more);
  });

  it('tells the gap where the repair fails', async () => {
    const repair: GapRepair = {
      ticks: () => Promise.reject(new Error('no')),
      trades: async () => [],
      bars: async () => [],
    };
    const { feed, seen } = watch({ repair });
    takeAll(feed, [...ticks(1, 1), ...ticks(4, 4)]);
    await waitUntil(() => seen.length === 3);
    expect(seen[1]).toEqual(gap(2, 3));
  });

  it('finds what is missing again after an interruption', async () => {
    const repair = repairOf(stored(2), stored(3));
    const { feed, seen } = watch({ repair });
    takeAll(feed, [...ticks(1, 1), ...ticks(4, 5)]);
    feed.interrupt();
    expect(feed.position).toEqual({ epoch: 'e1', seq: 1 });
    for (const message of ticks(2, 5)) feed.take(message, 'resumed');
    repair.finish();
    await new Promise((resolve) => setTimeout(resolve));
    expect(seen).toEqual(['live/1', 'resumed/2', 'resumed/3', 'resumed/4', 'resumed/5']);
  });

  it('gives the end of an epoch and the beginning of the next around a gap', async () => {
    const repair = repairOf(stored(3), { gap: { reason: 'epoch' }, epoch: 'e2' }, stored(1, 'e2'));
    const { feed, seen } = watch({ repair });
    takeAll(feed, [...ticks(1, 2), tickMessage(2, { epoch: 'e2', prevSeq: 1 })]);
    repair.finish();
    await waitUntil(() => seen.length === 6);
    expect(seen).toEqual(['live/1', 'live/2', 'repaired/3', { reason: 'epoch' }, 'repaired/1', 'live/2']);
    expect(feed.position).toEqual({ epoch: 'e2', seq: 2 });
  });

  it('tells a new epoch once, also where the fleet says so itself', () => {
    const { feed, seen } = watch();
    takeAll(feed, [...ticks(1, 1), tickMessage(1, { epoch: 'e2' })]);
    const told: ServerMessage = { ...gapOf('tick:600519.SH', 0, 0), payload: { reason: 'epoch' }, epoch: 'e3' };
    takeAll(feed, [told, tickMessage(1, { epoch: 'e3' })]);
    expect(seen).toEqual(['live/1', { reason: 'epoch' }, 'live/1', { reason: 'epoch' }, 'live/1']);
  });

  it('leaves out what of a gap it had', () => {
    const { feed, seen } = watch();
    takeAll(feed, [...ticks(1, 4), gapOf('tick:600519.SH', 2, 3), gapOf('tick:600519.SH', 3, 6), ...ticks(7, 7)]);
    expect(seen.slice(4)).toEqual([gap(5, 6), 'live/7']);
  });

  it('tells more of a gap, where what was before it did not come either', () => {
    const { feed, seen } = watch();
    takeAll(feed, [...ticks(1, 1), gapOf('tick:600519.SH', 4, 6), ...ticks(7, 7)]);
    expect(seen.slice(1)).toEqual([gap(2, 6), 'live/7']);
  });

  it('holds a snapshot in merge mode for one more conflation, and tells other gaps', () => {
    const { feed, seen } = watch({ mode: 'merge', repair: repairOf() });
    takeAll(feed, [...ticks(1, 1), tickMessage(9), tickMessage(15, { prevSeq: 12 })]);
    expect(seen).toEqual(['live/1', 'live/9', gap(10, 12), 'live/15']);
  });
});

describe('a feed of bars', () => {
  it('reads the bars that became final meanwhile', async () => {
    const bars: Piece<BarPayload>[] = [1, 2].map((minute) => ({
      value: { ...(barMessage(minute, 9).payload as BarPayload), final: true },
    }));
    const repair: GapRepair = { ticks: async () => [], trades: async () => [], bars: async () => bars };
    const { feed, seen } = watch({ room: 'bar:600519.SH:1m', repair });
    takeAll(feed, [
      barMessage(1, 4),
      barMessage(3, 10, { prevSeq: 9 }),
      barMessage(3, 10, { final: true, prevSeq: 10 }),
    ]);
    await waitUntil(() => seen.length === 5);
    expect(seen).toEqual(['live/4', 'repaired/9', 'repaired/9', 'live/10', 'live/10']);
  });
});

describe('a feed of a book', () => {
  const room = { room: 'depth:600519.SH' };

  it('gives whole books and changes, and a whole one to who joins later', () => {
    const { feed, seen } = watch(room);
    takeAll(feed, [depthMessage(1, [[9.99, 100]], []), deltaMessage(2, [[9.98, 50]], [])]);
    expect(seen).toEqual(['live/1', 'live/2']);
    expect(feed.snapshot()).toMatchObject({
      ...{ type: 'depth', seq: 2 },
      payload: { bidPrices: [9.99, 9.98], bidVolumes: [100, 50], askPrices: [] },
    });
  });

  it('asks for a whole book where a change does not fit, and tells what is missing before it', () => {
    const { feed, seen, renewals } = watch(room);
    takeAll(feed, [depthMessage(1, [[9.99, 100]], []), deltaMessage(4, [], []), deltaMessage(5, [], [])]);
    expect([seen, renewals()]).toEqual([['live/1'], 2]);
    takeAll(feed, [depthMessage(6, [[9.97, 1]], []), deltaMessage(7, [[9.96, 1]], [])]);
    expect(seen).toEqual(['live/1', gap(2, 5), 'live/6', 'live/7']);
  });

  it('asks for a whole book where a change comes first', () => {
    const { feed, seen, renewals } = watch(room);
    takeAll(feed, [deltaMessage(4, [], [])]);
    expect([seen, renewals()]).toEqual([[], 1]);
    takeAll(feed, [depthMessage(4, [], []), deltaMessage(5, [], [])]);
    expect(seen).toEqual(['live/4', 'live/5']);
  });
});

describe('a feed of a state', () => {
  it('tells no gap: the state that comes is all there is', () => {
    const { feed, seen } = watch({ room: 'board:star' });
    const state = (seq: number, epoch: string): ServerMessage => ({
      ...{ type: 'board', room: 'board:star', payload: {}, traceId: '', epoch, seq, ts: 0 },
    });
    takeAll(feed, [state(1, 'node-1'), state(9, 'node-1'), state(2, 'node-2')]);
    expect(seen).toEqual(['live/1', 'live/9', 'live/2']);
  });
});
