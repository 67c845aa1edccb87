import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createAuthenticator, type RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { call, startAuth } from './helpers.ts';
import { ADMIN, askOAuth, PASSWORD, register, signIn } from './people.ts';

const GRANTS = ['client_credentials', 'password', 'refresh_token'];

describeWith('postgres', 'OAuth 2.0', (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  let client: { id: string; secret: string };
  beforeAll(async () => {
    auth = await startAuth(database.url);
    await register(auth, 'alice');
    client = await createClient();
  });
  afterAll(() => auth.stop());

  async function createClient(body: object = {}): Promise<{ id: string; secret: string }> {
    const whole = { name: 'a program', scopes: ['read', 'write'], grants: GRANTS, ...body };
    const { status, data } = await call(auth, '/api/v1/oauth/clients', { body: whole, identity: ADMIN });
    expect(status).toBe(201);
    return data as unknown as { id: string; secret: string };
  }
  const token = (parameters: Record<string, string>, by?: { id: string; secret: string }) =>
    askOAuth(auth, 'token', parameters, by);
  const password = { grant_type: 'password', username: 'alice', password: PASSWORD };
  const own = { grant_type: 'client_credentials' };

  it('gives a client a token of its own, no wider than it may ask for', async () => {
    const { status, headers, body } = await token(own, client);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'read write',
    });
    const authenticator = createAuthenticator(auth.url);
    const identity = await authenticator.authenticate({ token: String(body.access_token) });
    expect(identity).toEqual({
      ...{ subject: client.id, client: client.id, role: 'service', scopes: ['read', 'write'] },
      expiresAt: expect.any(Number),
    });
    await authenticator.close();
    expect((await token({ ...own, scope: 'read' }, client)).body.scope).toBe('read');
    for (const scope of ['admin', 'read admin', 'everything', ' '])
      expect(await token({ ...own, scope }, client)).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
  });

  it('exchanges a password, and then refresh tokens, each once and for its client alone', async () => {
    const first = await token({ ...password, scope: 'read' }, client);
    expect(first).toMatchObject({
      status: 200,
      body: { scope: 'read', refresh_token: expect.stringMatching(/^qfr_/) },
    });
    const refresh = { grant_type: 'refresh_token', refresh_token: String(first.body.refresh_token) };
    const other = await createClient();
    for (const by of [undefined, other])
      expect(await token(refresh, by)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const second = await token(refresh, client);
    expect(second).toMatchObject({ status: 200, body: { scope: 'read' } });
    expect(await token(refresh, client)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const successor = { ...refresh, refresh_token: String(second.body.refresh_token) };
    expect(await token(successor, client)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('gives no token without a scope, and uses up no refresh token for one that is not to be had', async () => {
    const refused = { status: 400, body: { error: 'invalid_scope' } };
    for (const by of [undefined, client]) {
      expect(await token({ ...password, scope: 'write' }, by)).toMatchObject(refused);
      const { body } = await token(password, by);
      const refresh = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) };
      expect(await token({ ...refresh, scope: 'write' }, by)).toMatchObject(refused);
      expect(await token({ ...refresh, scope: 'read' }, by)).toMatchObject({ status: 200, body: { scope: 'read' } });
    }
    expect((await token({ ...password, scope: 'read write' })).body.scope).toBe('read');
  });

  it('serves those who sign in without a client, in JSON too', async () => {
    expect((await token(password)).status).toBe(200);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(password);
    const response = await fetch(`${auth.url}/api/v1/oauth/token`, { method: 'POST', headers, body });
    expect(await response.json()).toMatchObject({ token_type: 'Bearer', refresh_token: expect.any(String) });
  });

  it('takes credentials in the body, and not in two ways at once', async () => {
    const inBody = { client_id: client.id, client_secret: client.secret };
    expect((await token({ ...own, ...inBody })).status).toBe(200);
    expect(await token({ ...own, ...inBody }, client)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    const refused: [Record<string, string>, { id: string; secret: string }?][] = [
      [own],
      [{ ...own, client_id: client.id }],
      [{ ...own, client_id: client.id, client_secret: 'wrong' }],
      [own, { ...client, secret: 'wrong' }],
      [own, { ...client, secret: '' }],
      [own, { id: "' OR 1=1 --", secret: client.secret }],
      [own, { id: '%', secret: client.secret }],
    ];
    for (const [parameters, by] of refused) {
      const answer = await token(parameters, by);
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
      expect(answer.headers.get('www-authenticate')).toContain('Basic');
    }
  });

  it.each([
    [{}, 'invalid_request'],
    [{ grant_type: 'implicit' }, 'unsupported_grant_type'],
    [{ grant_type: 'password', username: 'alice' }, 'invalid_request'],
    [{ grant_type: 'refresh_token' }, 'invalid_request'],
    [{ grant_type: 'password', username: 'alice', password: 'wrong' }, 'invalid_grant'],
    [{ grant_type: 'password', username: 'nobody', password: 'wrong' }, 'invalid_grant'],
    [{ grant_type: 'refresh_token', refresh_token: 'qfr_unknown' }, 'invalid_grant'],
    [{ grant_type: 'password', username: 'x'.repeat(65), password: 'p' }, 'invalid_request'],
  ])('answers %j as the RFC says: %s', async (parameters, error) => {
    const answer = await token(parameters as Record<string, string>);
    expect(answer).toMatchObject({ status: 400, body: { error, error_description: expect.any(String) } });
  });

  it('refuses a parameter that comes twice, and bodies that are none', async () => {
    const send = async (body: string, type: string) => {
      const options = { method: 'POST', headers: { 'content-type': type }, body };
      const response = await fetch(`${auth.url}/api/v1/oauth/token`, options);
      return { status: response.status, body: await response.json() };
    };
    const twice = 'grant_type=password&grant_type=client_credentials';
    for (const answer of [
      await send(twice, 'application/x-www-form-urlencoded'),
      await send('{"grant_type":', 'application/json'),
      await send('{"grant_type":["password"]}', 'application/json'),
    ])
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('keeps a client to its grants', async () => {
    const narrow = await createClient({ grants: ['password'] });
    expect(await token(own, narrow)).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
  });

  it('tells a client what its tokens say, until they are revoked, and nothing of those of others', async () => {
    const { body } = await token(password, client);
    const introspect = (by: typeof client, text = String(body.access_token)) =>
      askOAuth(auth, 'introspect', { token: text }, by);
    const told = (await introspect(client)).body;
    expect(told).toMatchObject({ active: true, scope: 'read', client_id: client.id });
    expect([told.iat, told.exp].every(Number.isInteger)).toBe(true);
    const other = await createClient();
    expect((await introspect(other)).body).toEqual({ active: false });
    expect((await introspect(client, 'not a token')).body).toEqual({ active: false });
    const refreshToken = String(body.refresh_token);
    expect((await askOAuth(auth, 'revoke', { token: refreshToken }, other)).status).toBe(200);
    expect((await introspect(client)).body).toMatchObject({ active: true });
    expect((await askOAuth(auth, 'revoke', { token: refreshToken }, client)).status).toBe(200);
    expect((await introspect(client)).body).toEqual({ active: false });
    expect((await askOAuth(auth, 'revoke', { token: 'unknown' }, client)).status).toBe(200);
    expect((await askOAuth(auth, 'introspect', { token: refreshToken })).status).toBe(401);
  });

  it('lets the former secret go on for as long as it is told', async () => {
    const rotating = await createClient();
    const rotate = async (overlapHours: number) => {
      const path = `/api/v1/oauth/clients/${rotating.id}/rotate`;
      const { data } = await call(auth, path, { body: { overlapHours }, identity: ADMIN });
      return { id: rotating.id, secret: (data as unknown as { secret: string }).secret };
    };
    const second = await rotate(1);
    for (const secret of [rotating, second]) expect((await token(own, secret)).status).toBe(200);
    const third = await rotate(0);
    expect((await token(own, third)).status).toBe(200);
    for (const secret of [rotating, second]) expect((await token(own, secret)).status).toBe(401);
  });

  it('ends everything that a revoked client was given', async () => {
    const doomed = await createClient();
    const { body } = await token(password, doomed);
    const path = `/api/v1/oauth/clients/${doomed.id}`;
    expect((await call(auth, path, { method: 'DELETE', identity: ADMIN })).status).toBe(200);
    expect((await call(auth, path, { method: 'DELETE', identity: ADMIN })).status).toBe(404);
    expect((await token(own, doomed)).status).toBe(401);
    const refresh = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) };
    expect((await token(refresh)).status).toBe(400);
    const { data } = await call(auth, '/internal/revocations?since=0');
    expect(JSON.stringify(data)).toContain(doomed.id);
  });

  it('gives clients to admins alone, with no right that their role lacks, and shows no secret twice', async () => {
    const body = { name: 'n', role: 'user', scopes: ['read', 'admin'] };
    const wide = await call(auth, '/api/v1/oauth/clients', { body, identity: ADMIN });
    expect(wide).toMatchObject({ status: 400, data: { errors: [{ field: 'scopes' }] } });
    const listed = await call(auth, '/api/v1/oauth/clients', { identity: ADMIN });
    expect(JSON.stringify(listed)).not.toMatch(/qfs_|secret|hash/i);
    for (const identity of [{}, { scopes: ['read' as const] }]) {
      expect((await call(auth, '/api/v1/oauth/clients', { identity })).status).toBe(403);
      expect((await call(auth, '/api/v1/oauth/clients', { body, identity })).status).toBe(403);
    }
  });

  it('gives no API key to a client that acts for a user: it would go on when the client is revoked', async () => {
    const { body } = await token(password, client);
    const authenticator = createAuthenticator(auth.url);
    const identity = await authenticator.authenticate({ token: String(body.access_token) });
    await authenticator.close();
    const { identity: own } = await signIn(auth, 'alice');
    const make = (by: typeof identity) => call(auth, '/api/v1/api-keys', { body: { name: 'n' }, identity: by });
    const { status, data: key } = await make(own);
    expect(status).toBe(201);
    expect(await make(identity)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await call(auth, `/api/v1/api-keys/${key.id}/rotate`, { body: {}, identity })).status).toBe(403);
    expect((await make({ ...own, session: client.id })).status).toBe(403);
  });

  it('gives no API key to a client, which is no user', async () => {
    const identity = { subject: client.id, client: client.id, scopes: ['read' as const] };
    expect((await call(auth, '/api/v1/api-keys', { body: { name: 'n' }, identity })).status).toBe(403);
  });
});
