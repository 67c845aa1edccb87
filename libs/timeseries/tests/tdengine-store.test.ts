import { jest } from '@jest/globals';
import { describeWith } from '@quotefleet/testing';
import { describeTimeSeriesStore } from '../src/contract/time-series-store-contract.ts';
import { createTdengineStore } from '../src/index.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

describeWith('tdengine', 'the TDengine time-series store', (servers) => {
  describeTimeSeriesStore(
    () => createTdengineStore({ url: servers.tdengine.url, database: 'contract_suite', pool: { max: 3 } }),
    { countsConcurrentWrites: false, longestTextBytes: 4_096 },
  );
});
