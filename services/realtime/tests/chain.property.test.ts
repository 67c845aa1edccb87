import { afterEach, beforeEach, describe, it, jest } from '@jest/globals';
import type { Position, TickPayload } from '@quotefleet/contracts';
import fc from 'fast-check';
import { BareNode, DELAY_MS, truth } from './bare-node.ts';
import { RuledClient } from './ruled-client.ts';

const SYMBOLS = ['600519.SH', '000001.SZ'];
const ROOMS = SYMBOLS.flatMap((symbol) => [`tick:${symbol}`, `depth:${symbol}`]);
const CLIENTS = 3;
const BEGIN_MS = 1_763_683_200_000;

const client = fc.nat({ max: CLIENTS - 1 });
const symbol = fc.constantFrom(...SYMBOLS);
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), symbol, count: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), symbol }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('epoch' as const), symbol }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('storage' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('flush' as const), ms: fc.constantFrom(0, 50, 100, 1500) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('busy' as const), client, isBusy: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('subscribe' as const),
      client,
      room: fc.constantFrom(...ROOMS, ...ROOMS, 'tick:*', 'depth:*'),
      mode: fc.constantFrom('raw' as const, 'merge' as const),
      isResuming: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('unsubscribe' as const),
      client,
      room: fc.constantFrom(...ROOMS, 'tick:*', 'depth:*'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), client }) },
);

const placeOf = ({ symbol, epoch, seq }: TickPayload) => `${symbol} ${epoch} ${seq}`;
type At = Pick<Position, 'seq'> & { epoch: string | undefined };
const epochOf = ({ epoch }: At) => Number(epoch?.slice(1));
const isLater = (one: At, other: At) => (epochOf(one) - epochOf(other) || one.seq - other.seq) > 0;
const breath = () => new Promise((resolve) => setImmediate(resolve));

describe('what clients of rooms are sent', () => {
  let now = 0;
  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    jest.spyOn(Date, 'now').mockImplementation(() => BEGIN_MS + now);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('lacks nothing, repeats nothing and ends where the market is, whatever they and their networks do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 5, maxLength: 60 }),
        fc.integer({ min: 2, max: 30 }),
        async (operations, capacity) => {
          now = 0;
          const node = new BareNode(capacity);
          const clients = Array.from(
            { length: CLIENTS },
            (_, index) => new RuledClient(node, index === 0 ? 'trial' : 'service'),
          );
          const heads = new Map(SYMBOLS.map((name) => [name, { epoch: 1, seq: 4 }]));
          const headOf = (name: string) => heads.get(name) as { epoch: number; seq: number };
          const next = (symbol: string) => {
            const head = headOf(symbol);
            head.seq += 1;
            const tick = truth(symbol, head.epoch, head.seq);
            node.stored.set(symbol, [...(node.stored.get(symbol) ?? []), tick]);
            return tick;
          };
          for (const one of operations) {
            const who = 'client' in one ? clients[one.client] : undefined;
            if (one.kind === 'tick') for (let count = 0; count < one.count; count++) node.accept(next(one.symbol));
            if (one.kind === 'lose') node.lost.add(placeOf(next(one.symbol)));
            if (one.kind === 'epoch') heads.set(one.symbol, { epoch: headOf(one.symbol).epoch + 1, seq: 0 });
            if (one.kind === 'storage') node.hasStorage = !node.hasStorage;
            if (one.kind === 'flush') {
              now += one.ms;
              for (const client of clients) if (!client.isStuck) client.isBusy = false;
              node.flush();
            }
            if (one.kind === 'sweep') {
              now += 61_000;
              node.flush();
              node.hub.rooms.sweep();
            }
            if (one.kind === 'busy' && who) who.isStuck = one.isBusy;
            if (one.kind === 'subscribe') who?.subscribe(one.room, one.mode, one.isResuming);
            if (one.kind === 'unsubscribe') who?.unsubscribe(one.room);
            if (one.kind === 'again' && who) {
              node.hub.remove(who.connection);
              const next = new RuledClient(node, who.role, who);
              clients[one.client] = next;
              for (const [room, mode] of who.joined) next.subscribe(room, mode, true);
            }
            await breath();
            for (const one of clients) one.check();
          }
          for (let flushes = 0; flushes < 3; flushes++) {
            now += DELAY_MS;
            for (const one of clients) one.isBusy = false;
            node.flush();
            await breath();
          }
          for (const one of clients) one.check();
          for (const { isEnded, joined, places, role } of clients)
            for (const name of isEnded ? [] : joined.keys()) {
              const symbol = name.split(':')[1] ?? '';
              const [place, latest] = [places.get(name), node.state.latestTick(symbol)];
              if (!place || !latest) continue;
              const where = `${name} ended at ${place.seq} of ${place.epoch}, the node at ${latest.seq} of ${latest.epoch}`;
              const isThere = place.epoch === latest.epoch && place.seq === latest.seq;
              // Those who are late were told of what storage alone has, too.
              const isAhead = isLater(place, latest) && role === 'trial';
              if (!isThere && !isAhead) throw new Error(where);
            }
        },
      ),
      { numRuns: 1000 },
    );
  }, 120_000);
});
