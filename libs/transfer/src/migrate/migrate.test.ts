import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SeriesRow } from '@quotefleet/timeseries';
import { createMemoryStore, type MemoryStore } from '../../tests/memory-store.ts';
import { OPEN_MS, TICKS, ticksOf } from '../../tests/series.ts';
import { compareSources } from '../compare/compare-sources.ts';
import { migrate } from './migrate.ts';
import { type KeptDay, rollback } from './rollback.ts';
import { openStateDirectory, reopenStateDirectory } from './state-directory.ts';

const DAY_MS = 86_400_000;
const SYMBOL = '600519.SH';
const OTHER = "x'; DROP TABLE ticks; --/../../..";
const series = [TICKS];
const identity = { from: 'a', to: 'b', days: '..', mapping: '' };

let dir: string;
let source: MemoryStore;
let target: MemoryStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'transfer-'));
  source = createMemoryStore();
  target = createMemoryStore();
  await source.prepare(series);
  await target.prepare(series);
  await source.append('ticks', [...ticksOf(SYMBOL, 5, 30), ...ticksOf(OTHER, 3, 10)]);
});

afterEach(() => rm(dir, { recursive: true, force: true }));

async function move(options: { batchRows?: number; signal?: AbortSignal; onProgress?: () => void } = {}) {
  await using state = await openStateDirectory(dir, identity);
  return await migrate({ source, target, series, state, batchRows: 7, ...options });
}

async function undo(onKept?: (day: KeptDay) => void) {
  await using state = await reopenStateDirectory(dir, { to: identity.to });
  return await rollback({ target, series, state, onKept });
}

const all = (store: MemoryStore, symbol: string) => store.read('ticks', { symbol, limit: 10_000 });
const compare = () => compareSources({ left: source, right: target, series, scope: 'both' });

describe('migrate', () => {
  it('moves every row of every symbol, whatever characters the symbol has', async () => {
    expect(await move()).toEqual({ rows: 180, symbols: 2 });
    expect(await all(target, SYMBOL)).toEqual(await all(source, SYMBOL));
    expect(await all(target, OTHER)).toEqual(await all(source, OTHER));
    expect(await compare()).toEqual({ symbols: 2, days: 8, leftRows: 180, rightRows: 180, differences: 0 });
  });

  it('moves nothing again, and then what has come since', async () => {
    await move();
    expect(await move()).toEqual({ rows: 0, symbols: 2 });
    await source.append('ticks', ticksOf(SYMBOL, 7, 30));
    expect(await move()).toEqual({ rows: 60, symbols: 2 });
    expect(await compare()).toMatchObject({ days: 10, differences: 0 });
  });

  it('goes on where it was interrupted, after any batch', async () => {
    for (let batches = 1; batches < 12; batches++) {
      const stop = new AbortController();
      let seen = 0;
      const onProgress = () => {
        seen += 1;
        if (seen === batches) stop.abort(new Error('stopped'));
      };
      await move({ signal: stop.signal, onProgress }).catch((error: Error) => expect(error.message).toBe('stopped'));
    }
    await move();
    expect(await compare()).toMatchObject({ days: 8, leftRows: 180, rightRows: 180, differences: 0 });
  });

  it('goes on after the target was away', async () => {
    const onProgress = () => {
      target.isAway = true;
    };
    const failing = move({ onProgress });
    await expect(failing).rejects.toThrow('the store is away');
    target.isAway = false;
    await move();
    expect(await compare()).toMatchObject({ days: 8, differences: 0 });
  });

  it('keeps its state for itself', async () => {
    await move();
    await expect(openStateDirectory(dir, { ...identity, to: 'c' })).rejects.toThrow(
      "is the state of another migration (to: 'b', and now 'c')",
    );
    await using held = await openStateDirectory(dir, identity);
    expect(held).toBeDefined();
    await expect(openStateDirectory(dir, identity)).rejects.toThrow(
      `another process (${process.pid}) is at the migration`,
    );
  });
});

describe('rollback', () => {
  it('leaves the target as it was before', async () => {
    const old: SeriesRow[] = [
      // Under a key that the source has too, and under one that it has not.
      { symbol: SYMBOL, ts: OPEN_MS, seq: 0, last: 1 },
      { symbol: SYMBOL, ts: OPEN_MS, seq: 999_999, last: 2, bidPrices: [1.5] },
      // On days that are not moved.
      { symbol: SYMBOL, ts: OPEN_MS - DAY_MS, seq: 0, last: 3 },
      { symbol: SYMBOL, ts: OPEN_MS + DAY_MS * 30, seq: 0, last: 4 },
    ];
    await target.append('ticks', old);
    await move();
    expect(await all(target, SYMBOL)).toHaveLength(153);

    expect(await undo()).toEqual({ symbols: 2, days: 8, keptDays: 0, restoredRows: 2 });
    expect(await all(target, SYMBOL)).toEqual([old[2], old[0], old[1], old[3]]);
    expect(await all(target, OTHER)).toEqual([]);
  });

  it('leaves a day as it is that has got rows since, and takes it back once they are gone', async () => {
    await target.append('ticks', [{ symbol: SYMBOL, ts: OPEN_MS + DAY_MS, seq: 500, last: 1 }]);
    await move();
    await target.append('ticks', [{ symbol: SYMBOL, ts: OPEN_MS + DAY_MS, seq: 999, last: 1 }]);
    const kept: KeptDay[] = [];
    expect(await undo((day) => kept.push(day))).toEqual({ symbols: 2, days: 7, keptDays: 1, restoredRows: 0 });
    expect(kept).toEqual([{ table: 'ticks', symbol: SYMBOL, day: '2026-01-06', surplus: 1 }]);
    expect(await all(target, SYMBOL)).toHaveLength(32);

    await target.remove('ticks', { symbol: SYMBOL, from: OPEN_MS + DAY_MS, to: OPEN_MS + DAY_MS + 1 });
    await undo();
    expect(await all(target, SYMBOL)).toEqual([{ symbol: SYMBOL, ts: OPEN_MS + DAY_MS, seq: 500, last: 1 }]);
  });

  it('undoes a migration that was interrupted, and can be interrupted itself', async () => {
    await target.append('ticks', [{ symbol: SYMBOL, ts: OPEN_MS, seq: 0, last: 1 }]);
    const stop = new AbortController();
    await move({ signal: stop.signal, onProgress: () => stop.abort(new Error('stopped')) }).catch(() => undefined);
    const honest = target;
    target = { ...honest, remove: () => Promise.reject(new Error('interrupted')) };
    await expect(undo()).rejects.toThrow('interrupted');
    await expect(move()).rejects.toThrow('a rollback of ticks was begun: finish it first');

    target = honest;
    await undo();
    expect(await all(target, SYMBOL)).toEqual([{ symbol: SYMBOL, ts: OPEN_MS, seq: 0, last: 1 }]);
    await move();
    expect(await compare()).toMatchObject({ days: 8, differences: 0 });
  });
});
