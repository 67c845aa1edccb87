import { afterAll, jest } from '@jest/globals';
import { describeWith, uniqueName } from '@quotefleet/testing';
import { describeTimeSeriesStore } from '../src/contract/time-series-store-contract.ts';
import { createTdengineStore } from '../src/index.ts';
import { RestConnection } from '../src/tdengine/rest-connection.ts';
import { parseAddress } from '../src/tdengine/tdengine-address.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

describeWith('tdengine', 'the TDengine time-series store', (servers) => {
  const database = uniqueName('contract');

  describeTimeSeriesStore(
    () => createTdengineStore({ url: servers.tdengine.url, database, pool: { max: 3 }, bufferMb: 16 }),
    { countsConcurrentWrites: false, longestTextBytes: 4_096 },
  );

  afterAll(async () => {
    const server = new RestConnection(parseAddress(servers.tdengine.url), 10_000);
    await server.execute(`DROP DATABASE IF EXISTS ${database}`);
    await server.close();
  });
});
