import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { BareNode, truth } from './bare-node.ts';
import { RuledClient } from './ruled-client.ts';

const SYMBOLS = ['600519.SH', '000001.SZ'];
const ROOMS = SYMBOLS.flatMap((symbol) => [`tick:${symbol}`, `depth:${symbol}`]);
const CLIENTS = 3;

const client = fc.nat({ max: CLIENTS - 1 });
const symbol = fc.constantFrom(...SYMBOLS);
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), symbol, count: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), symbol }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('epoch' as const), symbol }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('store' as const), symbol }) },
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

const breath = () => new Promise((resolve) => setImmediate(resolve));

describe('what clients of rooms are sent', () => {
  let now = 0;
  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => now);
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
          const clients = Array.from({ length: CLIENTS }, () => new RuledClient(node));
          const heads = new Map(SYMBOLS.map((name) => [name, { epoch: 1, seq: 4 }]));
          const headOf = (name: string) => heads.get(name) as { epoch: number; seq: number };
          for (const one of operations) {
            const who = 'client' in one ? clients[one.client] : undefined;
            if (one.kind === 'tick')
              for (let count = 0; count < one.count; count++) {
                const head = headOf(one.symbol);
                head.seq += 1;
                node.accept(truth(one.symbol, head.epoch, head.seq));
              }
            if (one.kind === 'lose') {
              const head = headOf(one.symbol);
              head.seq += 1;
              node.lost.add(`${one.symbol} e${head.epoch} ${head.seq}`);
            }
            if (one.kind === 'epoch') heads.set(one.symbol, { epoch: headOf(one.symbol).epoch + 1, seq: 0 });
            if (one.kind === 'store' && headOf(one.symbol).seq > 0)
              node.stored.set(one.symbol, truth(one.symbol, headOf(one.symbol).epoch, headOf(one.symbol).seq));
            if (one.kind === 'flush') {
              now += one.ms;
              for (const client of clients) if (!client.isStuck) client.isBusy = false;
              node.hub.flush();
            }
            if (one.kind === 'busy' && who) who.isStuck = one.isBusy;
            if (one.kind === 'subscribe') who?.subscribe(one.room, one.mode, one.isResuming);
            if (one.kind === 'unsubscribe') who?.unsubscribe(one.room);
            if (one.kind === 'again' && who) {
              node.hub.remove(who.connection);
              const next = new RuledClient(node, who.places);
              clients[one.client] = next;
              for (const [room, mode] of who.joined) next.subscribe(room, mode, true);
            }
            await breath();
            for (const one of clients) one.check();
          }
          for (let flushes = 0; flushes < 3; flushes++) {
            now += 200;
            for (const one of clients) one.isBusy = false;
            node.hub.flush();
            await breath();
          }
          for (const one of clients) one.check();
          for (const { isEnded, joined, places } of clients)
            for (const name of isEnded ? [] : joined.keys()) {
              const latest = node.state.latestTick(name.split(':')[1] ?? '');
              if (latest && places.has(name))
                expect(places.get(name)).toMatchObject({ epoch: latest.epoch, seq: latest.seq });
            }
        },
      ),
      { numRuns: 500 },
    );
  }, 120_000);
});
