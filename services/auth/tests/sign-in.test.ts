import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createAuthenticator, type RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import pg from 'pg';
import { call, startAuth } from './helpers.ts';

const PASSWORD = 'correct horse battery';

describeWith('postgres', 'signing in', (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  beforeAll(async () => {
    auth = await startAuth(database.url);
    await call(auth, '/api/v1/auth/register', { body: { username: 'Alice', password: PASSWORD } });
  });
  afterAll(() => auth.stop());

  const login = (username: string, password = PASSWORD) =>
    call(auth, '/api/v1/auth/login', { body: { username, password } });

  it('registers a user once, whatever the case of the name', async () => {
    const body = { username: 'bob', password: PASSWORD };
    const first = await call(auth, '/api/v1/auth/register', { body });
    expect(first).toMatchObject({ status: 201, code: 'OK', data: { username: 'bob', role: 'user' } });
    const second = await call(auth, '/api/v1/auth/register', { body: { ...body, username: 'BOB' } });
    expect(second).toMatchObject({ status: 409, code: 'CONFLICT', data: { errors: [{ field: 'username' }] } });
  });

  it('registers one of many who want the same name at once', async () => {
    const body = { username: 'wanted', password: PASSWORD };
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(auth, '/api/v1/auth/register', { body })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
  });

  it('issues tokens that others can verify by the published keys', async () => {
    const { data } = await login('alice');
    const authenticator = createAuthenticator(auth.url);
    const identity = await authenticator.authenticate({ token: data.accessToken });
    expect(identity).toMatchObject({ role: 'user', scopes: ['read'] });
    await authenticator.close();
  });

  it('says the same of an unknown user and of a wrong password', async () => {
    const unknown = await login('nobody-here');
    const wrong = await login('alice', 'not the password');
    expect(unknown).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect({ ...wrong, traceId: '', timestamp: '' }).toEqual({ ...unknown, traceId: '', timestamp: '' });
  });

  it('exchanges a refresh token once and revokes the family when it comes again', async () => {
    const refresh = (refreshToken: string) => call(auth, '/api/v1/auth/refresh', { body: { refreshToken } });
    const { data: first } = await login('alice');
    const { data: second, status } = await refresh(first.refreshToken);
    expect(status).toBe(200);
    expect(second.refreshToken).not.toBe(first.refreshToken);

    expect((await refresh(first.refreshToken)).status).toBe(401);
    expect((await refresh(second.refreshToken)).status).toBe(401);
    const { data: other } = await login('alice');
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  it('lets one of many use a refresh token at once, and trusts no successor of it', async () => {
    const { data } = await login('alice');
    const refresh = (refreshToken: string) => call(auth, '/api/v1/auth/refresh', { body: { refreshToken } });
    const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(data.refreshToken)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect((await refresh(winners[0]?.data.refreshToken ?? '')).status).toBe(401);
  });

  it.each([
    [{ username: 'x', password: PASSWORD }, 'username'],
    [{ username: 'a b', password: PASSWORD }, 'username'],
    [{ username: 'carol', password: 'short' }, 'password'],
    [{ username: 'carol', password: 'ü'.repeat(40) }, 'password'],
    [{ username: 'carol', password: 12345678901 }, 'password'],
    [{ password: PASSWORD }, 'username'],
    [{ username: 'carol', password: PASSWORD, role: 'admin' }, 'role'],
    [[], 'body'],
  ])('refuses to register %j and names %s', async (body, field) => {
    const answer = await call(auth, '/api/v1/auth/register', { body });
    expect(answer).toMatchObject({ status: 400, code: 'INVALID_ARGUMENT' });
    expect(answer.data.errors.map((error) => error.field)).toContain(field);
  });

  it('hashes passwords anew at a sign-in once the cost has risen', async () => {
    await call(auth, '/api/v1/auth/register', { body: { username: 'old-timer', password: PASSWORD } });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const costNow = async () => {
      const { rows } = await client.query("SELECT password_hash FROM auth.users WHERE username = 'old-timer'");
      return String(rows[0]?.password_hash).split('$')[2];
    };
    expect(await costNow()).toBe('04');
    const costlier = await startAuth(database.url, { QF_BCRYPT_COST: '5' });
    const body = { username: 'old-timer', password: PASSWORD };
    for (let count = 0; count < 2; count++)
      expect((await call(costlier, '/api/v1/auth/login', { body })).status).toBe(200);
    expect(await costNow()).toBe('05');
    expect((await login('old-timer')).status).toBe(200);
    expect(await costNow()).toBe('05');
    await client.end();
    await costlier.stop();
  });

  it('answers broken JSON and too much of it with an envelope', async () => {
    const post = (body: string) =>
      fetch(`${auth.url}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const broken = await post('{"username": ');
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ code: 'INVALID_ARGUMENT', data: { errors: [{ field: 'body' }] } });
    expect((await post(JSON.stringify({ username: 'x'.repeat(20_000) }))).status).toBe(413);
  });
});
