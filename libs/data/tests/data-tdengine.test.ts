import { afterAll, expect, it, jest } from '@jest/globals';
import { tableRegistry } from '@quotefleet/tables';
import { describeWith, isolatedDatabase, uniqueName } from '@quotefleet/testing';
import { openData } from '../src/index.ts';
import { describeData } from './contract/data-contract.ts';
import { tablesIn } from './tables-in.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(120_000);

describeWith(['postgres', 'tdengine'], 'data in PostgreSQL and TDengine', (servers) => {
  const database = isolatedDatabase(servers);
  const schema = uniqueName('data');

  describeData(() => {
    const timeSeries = { driver: 'tdengine', url: servers.tdengine.url } as const;
    return openData({ registry: tableRegistry(), databaseUrl: database.url, timeSeries, schema, pool: { max: 4 } });
  });
  afterAll(() => dropDatabase(servers.tdengine.url, schema));

  it('has no time series of the market in PostgreSQL, but daily bars', async () => {
    const found = await tablesIn(database.url, schema);
    expect(found).toContain('bars_1d');
    expect(found).not.toContain('ticks');
    expect(found).not.toContain('bars_1m');
  });
});

async function dropDatabase(url: string, name: string): Promise<void> {
  const { origin, username, password } = new URL(url);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const statement = `DROP DATABASE IF EXISTS \`${name}\``;
  const answer = await fetch(`${origin}/rest/sql`, { method: 'POST', headers: { authorization }, body: statement });
  expect(await answer.json()).toMatchObject({ code: 0 });
}
