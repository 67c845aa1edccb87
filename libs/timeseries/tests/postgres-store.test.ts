import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { describeTimeSeriesStore } from '../src/contract/time-series-store-contract.ts';
import { createPostgresStore } from '../src/index.ts';

describeWith('postgres', 'the PostgreSQL time-series store', (servers) => {
  const database = isolatedDatabase(servers);
  describeTimeSeriesStore(() => createPostgresStore({ url: database.url, schema: 'series', poolMax: 3 }));
});
