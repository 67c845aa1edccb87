import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Identity } from '@quotefleet/contracts';
import { createAuthenticator, type RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import pg from 'pg';
import { call, startAuth } from './helpers.ts';
import { ADMIN, askOAuth, register, signIn } from './people.ts';

const DAY_MS = 24 * 3600 * 1000;

describeWith('postgres', 'socket tickets', (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  let second: RunningService;
  beforeAll(async () => {
    auth = await startAuth(database.url);
    second = await startAuth(database.url);
    for (const name of ['alice', 'bob', 'carol', 'dave']) await register(auth, name);
  });
  afterAll(async () => {
    await second.stop();
    await auth.stop();
  });

  async function query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<Row>(sql, values);
    await client.end();
    return rows;
  }
  async function ask(identity: Partial<Identity>): Promise<string> {
    const { status, data } = await call(auth, '/api/v1/auth/socket-ticket', { method: 'POST', identity });
    expect(status).toBe(201);
    return (data as unknown as { ticket: string }).ticket;
  }
  const redeem = async (ticket: string, service = auth) => {
    const answer = await call(service, '/internal/auth/socket-tickets/redeem', { body: { ticket } });
    return { ...answer, data: answer.data as unknown as Identity };
  };

  it('become the identity of the session that asked, which outlives its access token', async () => {
    const { identity } = await signIn(auth, 'alice');
    const { status, data } = await redeem(await ask({ ...identity, expiresAt: Date.now() + 1000 }));
    expect(status).toBe(200);
    expect(data).toEqual({ ...identity, expiresAt: expect.any(Number) });
    expect(data.expiresAt).toBeGreaterThan(Date.now() + 29 * DAY_MS);
  });

  it('are good once, of many who redeem one at once at two processes', async () => {
    const ticket = await ask((await signIn(auth, 'alice')).identity);
    const tries = Array.from({ length: 20 }, (_, at) => redeem(ticket, at % 2 === 0 ? auth : second));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(19);
  });

  it('are many at a time for one user, kept as hashes, and good for 30 s', async () => {
    const { identity } = await signIn(auth, 'bob');
    const [first, other] = [await ask(identity), await ask(identity)];
    const stored = await query(
      `SELECT token_hash, round(extract(epoch FROM expires_at - created_at))::int AS life, data::text
       FROM auth.one_time_tokens WHERE kind = 'socket'`,
    );
    expect(JSON.stringify(stored)).not.toContain(first);
    expect(stored[0]).toMatchObject({ life: 30 });
    expect((await redeem(other)).status).toBe(200);
    await query("UPDATE auth.one_time_tokens SET expires_at = now() WHERE kind = 'socket'");
    expect((await redeem(first)).status).toBe(401);
    for (const text of ['qft_unknown', 'x']) expect((await redeem(text)).status).toBe(401);
  });

  it('are worth nothing once the session has ended or the user is gone', async () => {
    const { identity } = await signIn(auth, 'bob');
    const tickets = [await ask(identity), await ask((await signIn(auth, 'bob')).identity)];
    await call(auth, '/api/v1/auth/logout', { method: 'POST', identity });
    expect((await redeem(tickets[0] ?? '')).status).toBe(401);
    await call(auth, `/api/v1/users/${identity.subject}`, { method: 'DELETE', identity: ADMIN });
    expect((await redeem(tickets[1] ?? '')).status).toBe(401);
  });

  it('carry what their owner may do when they are redeemed', async () => {
    const { identity } = await signIn(auth, 'carol');
    const ticket = await ask({ ...identity, scopes: ['read', 'write'] });
    await call(auth, `/api/v1/users/${identity.subject}/role`, { body: { role: 'pro' }, identity: ADMIN });
    expect((await redeem(ticket)).data).toMatchObject({ role: 'pro', scopes: ['read'] });
  });

  it('end with the API key that asked, or with the token of an OAuth client', async () => {
    const { identity } = await signIn(auth, 'dave');
    const key = await call(auth, '/api/v1/api-keys', { body: { name: 'k', expiresInDays: 1 }, identity });
    const byKey = { ...identity, client: key.data.id, session: undefined };
    const expiresAt = Date.parse(key.data.expiresAt);
    const ticket = await ask(byKey);
    expect((await redeem(await ask(byKey))).data).toMatchObject({ client: key.data.id, expiresAt });
    await call(auth, `/api/v1/api-keys/${key.data.id}`, { method: 'DELETE', identity });
    expect((await redeem(ticket)).status).toBe(401);

    const made = await call(auth, '/api/v1/oauth/clients', {
      body: { name: 'loader', role: 'service', scopes: ['read'], grants: ['client_credentials'] },
      identity: ADMIN,
    });
    const client = made.data as unknown as { id: string; secret: string };
    expect((await askOAuth(auth, 'token', { grant_type: 'client_credentials' }, client)).status).toBe(200);
    const ofClient = { subject: client.id, client: client.id, role: 'service', expiresAt: Date.now() + 900_000 };
    expect((await redeem(await ask(ofClient))).data).toEqual({ ...ofClient, scopes: ['read'] });
    await call(auth, `/api/v1/oauth/clients/${client.id}`, { method: 'DELETE', identity: ADMIN });
    expect((await redeem(await ask(ofClient))).status).toBe(401);
  });

  it('are redeemed by the authenticator of a service', async () => {
    const authenticator = createAuthenticator(auth.url);
    const { identity } = await signIn(auth, 'alice');
    const ticket = await ask(identity);
    expect(await authenticator.authenticate({ ticket })).toMatchObject(identity);
    await expect(authenticator.authenticate({ ticket })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await authenticator.close();
  });
});
