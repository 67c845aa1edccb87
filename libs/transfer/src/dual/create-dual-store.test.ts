import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { createMemoryStore, type MemoryStore } from '../../tests/memory-store.ts';
import { OPEN_MS, TICKS, ticksOf } from '../../tests/series.ts';
import { compareSources } from '../compare/compare-sources.ts';
import { createDualStore, type DualStore } from './create-dual-store.ts';

const SYMBOL = '600519.SH';
let dir: string;
let primary: MemoryStore;
let secondary: MemoryStore;
let store: DualStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dual-'));
  primary = createMemoryStore();
  secondary = createMemoryStore();
  store = await open();
  await store.prepare([TICKS]);
});

afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

const open = () => createDualStore({ primary, secondary, journal: join(dir, 'journal'), retryMs: 10 });
const compare = () => compareSources({ left: primary, right: secondary, series: [TICKS], scope: 'both' });

describe('a store that writes to two', () => {
  it('writes and removes in both, and answers from the first', async () => {
    await store.append('ticks', ticksOf(SYMBOL, 2, 10));
    await store.write('ticks', ticksOf('000001.SZ', 1, 10));
    await store.remove('ticks', { symbol: SYMBOL, from: OPEN_MS, to: OPEN_MS + 2 });
    expect(await compare()).toMatchObject({ symbols: 2, days: 3, differences: 0 });
    expect(store.secondaryStatus()).toEqual({ waiting: 0, refused: 0, missed: 0 });
  });

  it('keeps what the second misses, and replays it in order when it is back', async () => {
    secondary.isAway = true;
    for (let round = 0; round < 20; round++) {
      await store.append(
        'ticks',
        ticksOf(SYMBOL, 1, 5).map((row) => ({ ...row, last: round })),
      );
    }
    await store.remove('ticks', { symbol: SYMBOL, from: OPEN_MS, to: OPEN_MS + 1 });
    expect(store.secondaryStatus().waiting).toBe(21);

    secondary.isAway = false;
    // A change made while the journal is being replayed comes after what is in it.
    await store.append('ticks', [{ symbol: SYMBOL, ts: OPEN_MS + 1, seq: 3, last: 999 }]);
    await waitUntil(() => store.secondaryStatus().waiting === 0);
    expect(await compare()).toMatchObject({ differences: 0, leftRows: 2 });
    expect(await readFile(join(dir, 'journal'), 'utf8')).toBe('');
  });

  it('goes on with the journal of an earlier process, but for a line that was cut short', async () => {
    secondary.isAway = true;
    await store.append('ticks', ticksOf(SYMBOL, 1, 5));
    await store.close();
    await appendFile(join(dir, 'journal'), '{"series":"ticks","rows":[{"symb');

    secondary.isAway = false;
    store = await open();
    expect(store.secondaryStatus().waiting).toBe(1);
    await store.prepare([TICKS]);
    await waitUntil(() => store.secondaryStatus().waiting === 0);
    expect(await compare()).toMatchObject({ differences: 0, leftRows: 5 });
  });

  it('is not stopped by a second store that was away from the start', async () => {
    await store.close();
    secondary = createMemoryStore();
    secondary.isAway = true;
    store = await open();
    await store.prepare([TICKS]);
    await store.append('ticks', ticksOf(SYMBOL, 1, 5));
    secondary.isAway = false;
    await waitUntil(() => store.secondaryStatus().waiting === 0);
    expect(await compare()).toMatchObject({ differences: 0, leftRows: 5 });
  });

  it('puts aside what the second store refuses', async () => {
    secondary.append = async () => {
      throw new TypeError('ticks row 0, last: expected a finite number');
    };
    await store.append('ticks', ticksOf(SYMBOL, 1, 5));
    expect(store.secondaryStatus()).toEqual({ waiting: 0, refused: 1, missed: 0 });
    expect(await readFile(join(dir, 'journal.refused'), 'utf8')).toContain('expected a finite number');
  });

  it('fails when the first store does, and leaves the second as it is', async () => {
    primary.isAway = true;
    await expect(store.append('ticks', ticksOf(SYMBOL, 1, 5))).rejects.toThrow('the store is away');
    expect(secondary.appends).toBe(0);
  });
});
