import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { call, startAuth } from './helpers.ts';
import { ADMIN, login, MASTER_KEY, PASSWORD, register, signIn } from './people.ts';

describeWith('postgres', 'users under admins', (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  beforeAll(async () => {
    auth = await startAuth(database.url, MASTER_KEY);
  });
  afterAll(() => auth.stop());

  const asAdmin = (path: string, options: object = {}) =>
    call(auth, `/api/v1/users${path}`, { identity: ADMIN, ...options });
  const act = (id: string, what: string) => asAdmin(`/${id}/${what}`, { method: 'POST' });
  const create = async (username: string, body: object = {}) =>
    (await asAdmin('', { body: { username, password: PASSWORD, ...body } })).data.id;
  const revokedSince = async (since: number) =>
    JSON.stringify((await call(auth, `/internal/revocations?since=${since}`)).data);

  it('are made with a role of the policy, and never shown with their secrets', async () => {
    const { status, data } = await asAdmin('', { body: { username: 'pro', password: PASSWORD, role: 'pro' } });
    expect(status).toBe(201);
    expect(data).toEqual({
      ...{ id: expect.any(String), username: 'pro', role: 'pro', createdAt: expect.stringMatching(/\+08:00$/) },
      ...{ emailVerified: false, totp: false, disabled: false },
    });
    const unknown = await asAdmin('', { body: { username: 'odd', password: PASSWORD, role: 'no-such-role' } });
    expect(unknown).toMatchObject({ status: 400, data: { errors: [{ field: 'role' }] } });
    expect((await asAdmin('', { body: { username: 'PRO', password: PASSWORD } })).status).toBe(409);
    expect(JSON.stringify(await asAdmin('?search=PR'))).not.toMatch(/hash|\$2[aby]\$/);
  });

  it.each([
    ['/api/v1/auth/register', { username: 'mallory', password: PASSWORD, role: 'admin' }, 'role'],
    ['/api/v1/auth/register', { username: 'mallory', password: PASSWORD, id: 'x', scopes: ['admin'] }, 'scopes'],
    ['/api/v1/auth/register', { username: 'mallory', password: PASSWORD, emailVerifiedAt: 1 }, 'emailVerifiedAt'],
    ['/api/v1/auth/login', { username: 'mallory', password: PASSWORD, role: 'admin' }, 'role'],
    ['/api/v1/users', { username: 'mallory', password: PASSWORD, passwordHash: 'x' }, 'passwordHash'],
    ['/api/v1/api-keys', { name: 'n', userId: 'somebody' }, 'userId'],
    ['/api/v1/api-keys', { name: 'n', bootstrap: true }, 'bootstrap'],
    ['/api/v1/oauth/clients', { name: 'n', secret: 'mine' }, 'secret'],
  ])('take no field by %s that is not meant for it: %j', async (path, body, field) => {
    const answer = await call(auth, path, { body, identity: ADMIN });
    expect(answer).toMatchObject({ status: 400, code: 'INVALID_ARGUMENT' });
    expect(answer.data.errors.map((error) => error.field)).toContain(field);
  });

  it('are out of reach for everybody else', async () => {
    const id = await create('target');
    const identity = { subject: id, scopes: ['read' as const, 'write' as const] };
    const calls: [string, string, object?][] = [
      ['', 'GET'],
      ['', 'POST', { username: 'new-one', password: PASSWORD }],
      [`/${id}/role`, 'POST', { role: 'admin' }],
      [`/${id}/disable`, 'POST'],
      [`/${id}/enable`, 'POST'],
      [`/${id}/totp/reset`, 'POST'],
      [`/${id}`, 'DELETE'],
    ];
    for (const [path, method, body] of calls) {
      const options = { method, ...(body ? { body } : {}) };
      expect((await asAdmin(path, { ...options, identity })).status).toBe(403);
      expect((await asAdmin(path, { ...options, identity: undefined })).status).toBe(401);
    }
  });

  it('lose the tokens of a former role, and keep their sessions', async () => {
    const id = await create('riser');
    const { refreshToken } = await signIn(auth, 'riser');
    const since = Date.now();
    expect((await asAdmin(`/${id}/role`, { body: { role: 'admin' } })).status).toBe(200);
    expect(await revokedSince(since - 1000)).toContain(`"kind":"user","id":"${id}"`);
    const { data } = await call(auth, '/api/v1/auth/refresh', { body: { refreshToken } });
    expect(JSON.parse(Buffer.from(data.accessToken.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({
      ...{ role: 'admin', scopes: ['read', 'write', 'admin'] },
    });
  });

  it('are kept out while disabled: sessions end, keys stop, sign-ins are refused as any other', async () => {
    const id = await create('exile');
    const { refreshToken } = await signIn(auth, 'exile');
    const key = (await call(auth, '/api/v1/api-keys', { body: { name: 'k' }, identity: { subject: id } })).data.key;
    const introspect = async () => (await call(auth, '/internal/api-keys/introspect', { body: { key } })).status;
    expect((await act(id, 'disable')).status).toBe(200);
    expect(await introspect()).toBe(401);
    expect((await call(auth, '/api/v1/auth/refresh', { body: { refreshToken } })).status).toBe(401);
    const refused = await login(auth, 'exile');
    const wrong = await login(auth, 'exile', { password: 'wrong password' });
    expect({ ...refused, traceId: '', timestamp: '' }).toEqual({ ...wrong, traceId: '', timestamp: '' });
    expect((await act(id, 'enable')).status).toBe(200);
    expect(await introspect()).toBe(200);
    expect((await login(auth, 'exile')).status).toBe(200);
  });

  it('leave nothing behind but their traces when they are removed', async () => {
    const id = await create('leaver');
    await signIn(auth, 'leaver');
    expect((await asAdmin(`/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await asAdmin(`/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await login(auth, 'leaver')).status).toBe(401);
    expect((await asAdmin('?search=leaver')).data).toMatchObject({ users: [] });
    expect((await register(auth, 'leaver')).status).toBe(201);
    const trail = await call(auth, `/api/v1/audit?actor=${id}`, { identity: ADMIN });
    expect(JSON.stringify(trail.data)).toContain('auth.login');
  });

  it('cannot shut themselves out, nor the bootstrap admin', async () => {
    for (const what of ['disable', 'totp/reset']) expect((await act(String(ADMIN.subject), what)).status).toBe(404);
    const id = await create('boss', { role: 'admin' });
    const identity = { subject: id, scopes: ['admin' as const], role: 'admin' };
    expect((await asAdmin(`/${id}/disable`, { method: 'POST', identity })).status).toBe(409);
    expect((await asAdmin(`/${id}`, { method: 'DELETE', identity })).status).toBe(409);
    expect((await act('not-a-uuid', 'disable')).status).toBe(400);
  });

  it('are listed in pages', async () => {
    for (const letter of ['a', 'b', 'c']) await create(`paged-${letter}`);
    const page = async (after: string) =>
      (await asAdmin(`?search=paged-&limit=2${after}`)).data as unknown as {
        users: { username: string }[];
        next?: string;
      };
    const first = await page('');
    expect(first.users.map(({ username }) => username)).toEqual(['paged-a', 'paged-b']);
    const second = await page(`&after=${first.next}`);
    expect(second.users.map(({ username }) => username)).toEqual(['paged-c']);
    expect(second).not.toHaveProperty('next');
  });
});
