import { jest } from '@jest/globals';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { describeTimeSeriesStore } from '../src/contract/time-series-store-contract.ts';
import { createPostgresStore } from '../src/index.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

describeWith('postgres', 'the PostgreSQL time-series store', (servers) => {
  const database = isolatedDatabase(servers);
  describeTimeSeriesStore(() => createPostgresStore({ url: database.url, schema: 'series', poolMax: 3 }), {
    countsConcurrentWrites: true,
  });
});
