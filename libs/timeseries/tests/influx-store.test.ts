import { jest } from '@jest/globals';
import { describeWith, uniqueName } from '@quotefleet/testing';
import { describeTimeSeriesStore } from '../src/contract/time-series-store-contract.ts';
import { createInfluxStore } from '../src/index.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

describeWith('influx', 'the InfluxDB time-series store', (servers) => {
  const database = uniqueName('contract');
  describeTimeSeriesStore(() => createInfluxStore({ url: servers.influx.url, database }), {
    countsConcurrentWrites: false,
  });
});
