import { afterEach, describe, expect, it } from '@jest/globals';
import type { TimeSeriesStore } from '../time-series-store.ts';
import { describeConcurrency } from './concurrency-contract.ts';
import { describeReads } from './read-contract.ts';
import { describeWrites } from './write-contract.ts';

/**
 * What every driver of the TimeSeriesStore port must do.
 *
 * @param createStore a new client of one and the same database, which keeps its data for the whole suite
 */
export function describeTimeSeriesStore(createStore: () => TimeSeriesStore): void {
  const open: TimeSeriesStore[] = [];
  const openStore = () => {
    const store = createStore();
    open.push(store);
    return store;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
  });

  describe('writing', () => describeWrites(openStore));
  describe('reading', () => describeReads(openStore));
  describe('several clients', () => describeConcurrency(openStore));

  it('passes its check', async () => {
    await expect(openStore().check()).resolves.toBeUndefined();
  });
}
