import { expect, it, jest } from '@jest/globals';
import { tableRegistry } from '@quotefleet/tables';
import { describeWith, isolatedDatabase, uniqueName } from '@quotefleet/testing';
import { openData } from '../src/index.ts';
import { describeData } from './contract/data-contract.ts';
import { tablesIn } from './tables-in.ts';

jest.setTimeout(60_000);

describeWith(['postgres', 'influx'], 'data in PostgreSQL and InfluxDB', (servers) => {
  const database = isolatedDatabase(servers);
  const schema = uniqueName('data');

  describeData(() => {
    const timeSeries = { driver: 'influx', url: servers.influx.url } as const;
    return openData({ registry: tableRegistry(), databaseUrl: database.url, timeSeries, schema, pool: { max: 4 } });
  });

  it('has no time series of the market in PostgreSQL, but daily bars', async () => {
    const names = tableRegistry()
      .all.filter(({ target }) => target === 'relational')
      .map(({ name }) => name);
    const found = await tablesIn(database.url, schema);
    expect(found).toEqual([...names].sort());
    expect(found).toContain('bars_1d');
    expect(found).not.toContain('ticks');
  });
});
