import { expect, it } from '@jest/globals';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import pg from 'pg';
import { call, startAuth } from './helpers.ts';

const keysOf = async (url: string) =>
  (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: object[] };

describeWith('postgres', 'starting auth', (servers) => {
  const database = isolatedDatabase(servers);

  it('makes one signing key however many start at once, and keeps it', async () => {
    const env = { QF_BOOTSTRAP_API_KEY: 'shared-bootstrap-key' };
    const together = await Promise.all([1, 2, 3].map(() => startAuth(database.url, env)));
    const published = await Promise.all(together.map(({ url }) => keysOf(url)));
    expect(published[0]?.keys).toHaveLength(1);
    expect(published[1]).toEqual(published[0]);
    expect(published[2]).toEqual(published[0]);
    expect(JSON.stringify(published)).not.toContain('"d"');
    await Promise.all(together.map((service) => service.stop()));

    const later = await startAuth(database.url);
    expect(await keysOf(later.url)).toEqual(published[0]);
    await later.stop();
  });

  it('says that its port is taken, and leaves no connection open', async () => {
    const first = await startAuth(database.url);
    const { port } = new URL(first.url);
    await expect(startAuth(database.url, { QF_AUTH_PORT: port })).rejects.toThrow(`port ${port} on 127.0.0.1`);
    await first.stop();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const count = `SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = current_database()
      AND application_name = 'quotefleet-auth'`;
    await waitUntil(async () => (await client.query<{ open: number }>(count)).rows[0]?.open === 0);
    await client.end();
  });

  it('is ready once it has started, and answers unknown paths with an envelope', async () => {
    const auth = await startAuth(database.url);
    const ready = await fetch(`${auth.url}/health/ready`);
    expect(await ready.json()).toMatchObject({ ready: true });
    expect(await call(auth, '/api/v1/nothing')).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    await auth.stop();
    await auth.stop();
  });
});
