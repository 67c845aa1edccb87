import { describe, expect, it } from '@jest/globals';
import type { ServerMessage, TickPayload } from '@quotefleet/contracts';
import fc from 'fast-check';
import { gapOf, tickMessage, tickOf } from '../../tests/messages.ts';
import { fillWithTicks, type Piece } from './gap-plan.ts';
import type { GapRepair } from './gap-repair.ts';
import type { AnyMessage } from './messages.ts';
import { RoomFeed } from './room-feed.ts';

/** What happens to a client of a room, step by step. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.constant('tick' as const) },
  { weight: 2, arbitrary: fc.constant('lost' as const) },
  { weight: 1, arbitrary: fc.constant('doubled' as const) },
  { weight: 1, arbitrary: fc.constant('gap' as const) },
  { weight: 1, arbitrary: fc.constant('reconnect and resume' as const) },
  { weight: 1, arbitrary: fc.constant('reconnect and snapshot' as const) },
  { weight: 1, arbitrary: fc.constant('repairs are made' as const) },
);

interface Trial {
  steps: (typeof step extends fc.Arbitrary<infer S> ? S : never)[];
  /** Whether the tick of a number is stored. */
  stored: boolean[];
  repairs: boolean;
}

const ROOM = 'tick:600519.SH';

/** A server that sends one room, and a client that misses some of it. */
async function play({ steps, stored, repairs }: Trial): Promise<{ seen: AnyMessage[]; last: number }> {
  const seen: AnyMessage[] = [];
  const waiting: (() => void)[] = [];
  const repair: GapRepair = {
    ticks: (_symbol, hole) =>
      new Promise<Piece<TickPayload>[]>((resolve) => {
        const all = stored.map((_, index) => tickOf(index + 1)).filter((_, index) => stored[index]);
        waiting.push(() => resolve(fillWithTicks(hole, all)));
      }),
    trades: async () => [],
    bars: async () => [],
  };
  const feed = new RoomFeed({
    ...{ room: ROOM, mode: 'raw', repair: repairs ? repair : undefined, holdMax: 50, holdMs: 10_000 },
    counts: { delivered: 0, repaired: 0, gaps: 0, known: 0 },
    emit: (message) => seen.push(message),
    renew: () => undefined,
    turn: () => undefined,
  });
  const settle = async () => {
    for (const finish of waiting.splice(0)) finish();
    await new Promise((resolve) => setTimeout(resolve));
  };
  let seq = 0;
  /** What the server sent by this connection last; what gets lost on the way counts. */
  let sent: number | undefined;
  const next = (): ServerMessage => {
    seq += 1;
    const message = tickMessage(seq, sent === undefined ? {} : { prevSeq: sent });
    sent = seq;
    return message;
  };
  feed.take(next(), 'snapshot');
  for (const one of [...steps, 'tick' as const]) {
    if (one === 'tick') feed.take(next(), 'live');
    else if (one === 'lost') next();
    else if (one === 'doubled') feed.take(tickMessage(seq, { prevSeq: seq - 1 }), 'live');
    else if (one === 'gap') {
      seq += 2;
      feed.take(gapOf(ROOM, seq - 1, seq), 'live');
      sent = seq;
    } else if (one === 'repairs are made') await settle();
    else {
      feed.interrupt();
      seq += 3;
      sent = seq;
      const from = (feed.position?.seq ?? 0) + 1;
      if (one === 'reconnect and snapshot') feed.take(tickMessage(seq), 'snapshot', 'retention');
      else for (let at = from; at <= seq; at++) feed.take(tickMessage(at, { prevSeq: at - 1 }), 'resumed');
    }
  }
  while (waiting.length > 0) await settle();
  return { seen, last: seq };
}

describe('a feed of ticks, whatever happens', () => {
  it('gives each tick once and in order, or tells the gap that it is in', async () => {
    const trial: fc.Arbitrary<Trial> = fc.record({
      steps: fc.array(step, { maxLength: 40 }),
      stored: fc.array(fc.boolean(), { minLength: 200, maxLength: 200 }),
      repairs: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(trial, async (one) => {
        const { seen, last } = await play(one);
        let at = 0;
        for (const message of seen) {
          const from = message.type === 'gap' ? message.payload.from : message.seq;
          expect(from).toBe(at + 1);
          at = message.seq;
        }
        expect(at).toBe(last);
      }),
      { numRuns: 300 },
    );
  });
});
