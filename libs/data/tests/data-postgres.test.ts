import { expect, it, jest } from '@jest/globals';
import { tableRegistry } from '@quotefleet/tables';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { openData } from '../src/index.ts';
import { describeData } from './contract/data-contract.ts';
import { tablesIn } from './tables-in.ts';

jest.setTimeout(60_000);

describeWith('postgres', 'data in PostgreSQL alone', (servers) => {
  const database = isolatedDatabase(servers);

  describeData(() => {
    const { url } = database;
    const timeSeries = { driver: 'postgres', url } as const;
    return openData({ registry: tableRegistry(), databaseUrl: url, timeSeries, schema: 'market', pool: { max: 4 } });
  });

  it('has every table of the registry there', async () => {
    const names = tableRegistry().all.map(({ name }) => name);
    expect(await tablesIn(database.url, 'market')).toEqual([...names].sort());
  });
});
