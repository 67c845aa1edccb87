import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { isClean, openRealtimeLoad, type RealtimeLoad, type RealtimeLoadOptions } from '../src/index.ts';
import { type FakeMarket, type Faults, startFakeMarket } from './fake-market.ts';

// Starts processes: on a busy machine that takes a while.
jest.setTimeout(90_000);

let market: FakeMarket | undefined;
let load: RealtimeLoad | undefined;

afterEach(async () => {
  await load?.close();
  await market?.close();
  load = undefined;
  market = undefined;
});

async function open(faults: Faults, options: Partial<RealtimeLoadOptions> = {}): Promise<RealtimeLoad> {
  market = await startFakeMarket(faults);
  load = await openRealtimeLoad({
    urls: [market.url],
    apiKey: 'key',
    encoding: 'json',
    client: 'raw',
    rooms: { names: ['tick:600519.SH', 'tick:000001.SZ', 'tick:300750.SZ'], perConnection: 2 },
    addresses: [],
    connections: 6,
    workers: 2,
    rampPerSecond: 100,
    ...options,
  });
  return load;
}

describe('openRealtimeLoad', () => {
  it.each([
    ['raw', 'json'],
    ['raw', 'msgpack'],
    ['socket.io', 'json'],
    ['socket.io', 'msgpack'],
  ] as const)('holds audited connections by %s clients in %s', async (client, encoding) => {
    const { measure, audit, counts, pids } = await open(
      {},
      { client, encoding, addresses: ['127.0.0.1', '127.0.0.2'] },
    );
    expect(pids).toHaveLength(2);
    const window = await measure(1);
    const totals = await audit();
    expect(totals.samples).toEqual([]);
    expect(isClean(totals)).toBe(true);
    expect(counts()).toMatchObject({ asked: 6, attempts: 6, open: 6, ready: 6, roomsGranted: 12, dropped: {} });
    expect(window.messages).toBeGreaterThan(0);
    expect(totals.messages).toBeGreaterThanOrEqual(window.messages);
    expect(window.latency.count).toBe(window.messages);
    expect(window.generator.cpu).toHaveLength(2);
    expect(window.points.length).toBeGreaterThan(0);
  });

  it('finds what a server leaves out and sends twice', async () => {
    // Late enough for all connections to be there.
    const { measure, audit } = await open({ skip: 250, repeat: 260 });
    while ((await measure(1)).messages > 0 && (await audit()).violations.double < 12) await measure(1);
    const { violations, missing } = await audit();
    expect(violations).toMatchObject({ hole: 12, double: 12, disorder: 0, stray: 0 });
    expect(missing).toBe(12);
  });

  it('finds connections that were left behind without a word', async () => {
    // Whoever is behind is waited for.
    const { measure, audit } = await open({ serve: 5 });
    await measure(1);
    const { violations, samples } = await audit();
    expect(violations).toMatchObject({ tail: 2, hole: 0 });
    expect(samples[0]).toMatch(/^tail: connection \d tick:\S+: at \d+, others at \d+$/);
  });

  it('counts refused attempts, and comes again when it is told to', async () => {
    const { counts } = await open({ refuse: 3 });
    expect(counts()).toMatchObject({ attempts: 9, ready: 6, givenUp: 0, refused: { RATE_LIMITED: 3 } });
  });

  it('counts rooms that are refused', async () => {
    const rooms = { names: ['tick:600519.SH', 'tick:unknown'], perConnection: 2 };
    const { counts } = await open({}, { rooms });
    expect(counts()).toMatchObject({ ready: 6, roomsGranted: 6, roomsRefused: { NOT_FOUND: 6 } });
  });

  it.each(['raw', 'socket.io'] as const)(
    'counts connections whose calls are refused, by %s clients',
    async (client) => {
      const { counts } = await open({ refuseCalls: 'INVALID_REQUEST' }, { connections: 1, workers: 1, client });
      expect(counts()).toMatchObject({ open: 0, ready: 0, givenUp: 1, refused: { INVALID_REQUEST: 5 } });
    },
  );

  it('ends the measuring when it is told to', async () => {
    const stop = new AbortController();
    const { measure, audit } = await open({}, { signal: stop.signal });
    setTimeout(() => stop.abort(), 700);
    const window = await measure(3600);
    expect(window.seconds).toBeLessThan(60);
    expect(window.messages).toBeGreaterThan(0);
    expect(isClean(await audit())).toBe(true);
  });

  it('ends the opening when it is told to', async () => {
    const signal = AbortSignal.timeout(500);
    await expect(open({}, { rampPerSecond: 0.01, signal })).rejects.toThrow(
      /^stopped while connections were opened: \d of 6 were ready$/,
    );
  });

  it('counts attempts that nobody answers', async () => {
    const { counts } = await open({}, { urls: ['http://127.0.0.1:1'], connections: 2, workers: 1 });
    expect(counts()).toMatchObject({ ready: 0, givenUp: 2, failed: { ECONNREFUSED: 10 } });
  });

  it('counts connections that are dropped', async () => {
    const { counts, measure } = await open({});
    await market?.close();
    market = undefined;
    await measure(1);
    expect(counts()).toMatchObject({ open: 0, ready: 6 });
    expect(Object.values(counts().dropped)).toEqual([6]);
  });
});
