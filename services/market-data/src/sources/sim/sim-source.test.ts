import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { shanghaiMs, type Tick } from '@quotefleet/domain';
import { createSimSource, type SimEnd, type SimSourceOptions, type SimState } from './index.ts';

const UNIVERSE = ['600519.SH', '000001.SZ', '688981.SH'];
const START = '2026-11-20';

// The pace of the clock is real, and the cores are shared with other suites.
jest.setTimeout(60_000);

/** Keeps states as a database would: what is loaded is a copy. */
function memoryStore(kept?: string) {
  const store = { text: kept, saves: 0 };
  return {
    store,
    load: async () => (store.text === undefined ? undefined : (JSON.parse(store.text) as SimState)),
    save: async (state: SimState) => {
      store.text = JSON.stringify(state);
      store.saves++;
    },
  };
}

function source(checkpoints: ReturnType<typeof memoryStore>, options: Partial<SimSourceOptions> = {}) {
  return createSimSource({ speed: 1, seed: 5, start: START, universe: UNIVERSE, checkpoints, ...options });
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 5000 && !condition(); i++) await delay(10);
  expect(condition()).toBe(true);
}

const identity = ({ symbol, epoch, seq }: Tick) => `${symbol} ${epoch} ${seq}`;

describe('createSimSource', () => {
  it('trades the opening at full speed, then keeps the pace of the clock', async () => {
    const ticks: Tick[] = [];
    const sim = source(memoryStore());
    await sim.start(async (batch) => void ticks.push(...batch));
    await until(() => (ticks.at(-1)?.ts ?? 0) > shanghaiMs(START, '09:30:55'));
    await delay(300);
    await sim.stop();
    expect(ticks[0]?.phase).toBe('opening-auction');
    expect(ticks.at(-1)?.ts).toBeLessThan(shanghaiMs(START, '09:31:30'));
  });

  it('hands over one batch at a time, and none that grows without bound', async () => {
    let inside = 0;
    let most = 0;
    const sizes: number[] = [];
    const sim = source(memoryStore(), { speed: Number.POSITIVE_INFINITY });
    await sim.start(async (batch) => {
      most = Math.max(most, ++inside);
      sizes.push(batch.length);
      await delay(5);
      inside--;
    });
    await until(() => sizes.length > 60);
    await sim.stop();
    expect(most).toBe(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(11 * UNIVERSE.length);
  });

  it('goes on after a stop without losing, repeating or changing a tick', async () => {
    const checkpoints = memoryStore();
    const ticks: Tick[] = [];
    for (let i = 0; i < 3; i++) {
      const had = ticks.length;
      const sim = source(checkpoints, { speed: 1000 });
      await sim.start(async (batch) => void ticks.push(...batch));
      await until(() => ticks.length > had + 300);
      await sim.stop();
    }
    expect(new Set(ticks.map(identity)).size).toBe(ticks.length);
    for (const symbol of UNIVERSE) {
      const own = ticks.filter((tick) => tick.symbol === symbol);
      expect(own.map(({ seq }) => seq)).toEqual(own.map((_, i) => i + 1));
    }
  });

  it('repeats the same ticks after a crash, from the last checkpoint on', async () => {
    const checkpoints = memoryStore();
    const seen = new Map<string, Tick>();
    const sim = source(checkpoints, { speed: 1000 });
    await sim.start(async (batch) => {
      for (const tick of batch) seen.set(identity(tick), tick);
    });
    await until(() => checkpoints.store.saves > 0);
    const crashed = memoryStore(checkpoints.store.text);
    const had = seen.size;
    await until(() => seen.size > had + 100);
    await sim.stop();
    let repeated = 0;
    const again = source(crashed, { speed: 1000 });
    await again.start(async (batch) => {
      for (const tick of batch) {
        const before = seen.get(identity(tick));
        if (before) expect(tick).toEqual(before);
        if (before) repeated++;
      }
    });
    await until(() => repeated > 100);
    await again.stop();
  });

  it('saves nothing that the sink has not accepted', async () => {
    const checkpoints = memoryStore();
    const ends: SimEnd[] = [];
    const sim = source(checkpoints, { onEnd: (end) => void ends.push(end) });
    await sim.start(async () => {
      throw new Error('the bus is away');
    });
    await until(() => ends.length === 1);
    expect(ends).toEqual([{ reason: 'failed', error: new Error('the bus is away') }]);
    expect(checkpoints.store.saves).toBe(0);
    expect((await sim.stop())?.sequence).toEqual({});
  });

  it('says when the calendar has ended', async () => {
    const ends: SimEnd[] = [];
    const sim = source(memoryStore(), {
      speed: Number.POSITIVE_INFINITY,
      start: '2026-12-31 14:59:00',
      onEnd: (end) => void ends.push(end),
    });
    await sim.start(async () => undefined);
    await until(() => ends.length === 1);
    expect(ends).toEqual([{ reason: 'calendar-ended', lastDate: '2026-12-31' }]);
    await sim.stop();
  });

  it('begins a new run for another start or seed, and when the state is of another universe', async () => {
    const checkpoints = memoryStore();
    const epochs: string[] = [];
    for (const options of [{}, { seed: 6 }, { start: '2026-11-19' }, { universe: ['600519.SH'] }]) {
      const sim = source(checkpoints, options);
      await sim.start(async () => undefined);
      await delay(5);
      epochs.push((await sim.stop())?.epoch ?? '');
    }
    expect(new Set(epochs).size).toBe(4);
  });

  it('refuses a day without a session', async () => {
    await expect(source(memoryStore(), { start: '2026-11-21' }).start(async () => undefined)).rejects.toThrow(
      '2026-11-21',
    );
  });
});
