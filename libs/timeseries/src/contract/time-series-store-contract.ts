import { afterEach, describe, expect, it } from '@jest/globals';
import type { TimeSeriesStore } from '../time-series-store.ts';
import { describeAppends } from './append-contract.ts';
import { describeConcurrency } from './concurrency-contract.ts';
import { newRow, SYMBOL } from './contract-series.ts';
import { describeDownsampling } from './downsample-contract.ts';
import { describeExtracts, extract } from './extract-contract.ts';
import { describeInventory } from './inventory-contract.ts';
import { describePlans } from './plan-contract.ts';
import { describeReads } from './read-contract.ts';
import { describeRemoval } from './removal-contract.ts';
import { describeWrites } from './write-contract.ts';

export interface ContractOptions {
  /** `write` counts exactly even while others write the same rows. */
  countsConcurrentWrites: boolean;
  /** UTF-8 bytes of the longest text that a column takes, where the database has a limit. */
  longestTextBytes?: number;
}

/**
 * What every driver of the TimeSeriesStore port must do.
 *
 * @param createStore a new client of one and the same database, which keeps its data for the whole suite
 */
export function describeTimeSeriesStore(createStore: () => TimeSeriesStore, options: ContractOptions): void {
  const open: TimeSeriesStore[] = [];
  const openStore = () => {
    const store = createStore();
    open.push(store);
    return store;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
  });

  describe('preparing', () => describePlans(openStore));
  describe('writing', () => describeWrites(openStore, options));
  describe('appending', () => describeAppends(openStore));
  describe('reading', () => describeReads(openStore));
  describe('extracting', () => describeExtracts(openStore));
  describe('downsampling', () => describeDownsampling(openStore));
  describe('taking stock', () => describeInventory(openStore));
  describe('removing', () => describeRemoval(openStore));
  describe('several clients', () => describeConcurrency(openStore, options));

  it('passes its check', async () => {
    await expect(openStore().check()).resolves.toBeUndefined();
  });

  it.each<[string, (store: TimeSeriesStore, series: string) => Promise<unknown>]>([
    ['write', (store, series) => store.write(series, [newRow()])],
    ['append', (store, series) => store.append(series, [newRow()])],
    ['read', (store, series) => store.read(series, { symbol: SYMBOL, limit: 1 })],
    ['extract', (store, series) => extract(store, series, { symbols: [SYMBOL], columns: ['ts'] })],
    ['latest', (store, series) => store.latest(series, [SYMBOL])],
    ['downsample', (store, series) => store.downsample(series, { symbol: SYMBOL, from: 0, to: 1, everyMs: 1 })],
    ['symbols', (store, series) => store.symbols(series)],
    ['span', (store, series) => store.span(series, SYMBOL)],
    ['remove', (store, series) => store.remove(series, { symbol: SYMBOL, from: 0, to: 1 })],
  ])('rejects the %s of a series that was not prepared', async (_, act) => {
    await expect(act(openStore(), 'never_prepared')).rejects.toThrow("was 'never_prepared'");
  });
}
