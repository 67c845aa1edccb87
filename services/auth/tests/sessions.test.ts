import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { call, startAuth } from './helpers.ts';
import { ADMIN, login, PASSWORD, register, signIn } from './people.ts';

describeWith('postgres', 'sessions', (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  beforeAll(async () => {
    auth = await startAuth(database.url);
    for (const name of ['alice', 'bob']) await register(auth, name);
  });
  afterAll(() => auth.stop());
  const refresh = async (refreshToken: string) =>
    (await call(auth, '/api/v1/auth/refresh', { body: { refreshToken } })).status;

  it('end by a logout, one or all of them', async () => {
    const [first, second, third] = [
      await signIn(auth, 'alice'),
      await signIn(auth, 'alice'),
      await signIn(auth, 'alice'),
    ];
    const out = await call(auth, '/api/v1/auth/logout', { method: 'POST', identity: first.identity });
    expect(out).toMatchObject({ status: 200, data: { revoked: true } });
    expect(await refresh(first.refreshToken)).toBe(401);
    expect(await refresh(second.refreshToken)).toBe(200);
    const all = await call(auth, '/api/v1/auth/logout-all', { method: 'POST', identity: second.identity });
    expect(all).toMatchObject({ status: 200, data: { revoked: 2 } });
    expect(await refresh(third.refreshToken)).toBe(401);
  });

  it('are listed for their user, told apart and ended one by one by them or an admin', async () => {
    const mine = await signIn(auth, 'bob');
    const other = await signIn(auth, 'bob');
    const list = async () => {
      const { data } = await call(auth, '/api/v1/auth/sessions', { identity: mine.identity });
      return (data as unknown as { sessions: { id: string; current: boolean }[] }).sessions;
    };
    const listed = await list();
    expect(listed.filter(({ current }) => current).map(({ id }) => id)).toEqual([mine.identity.session]);
    expect(listed.map(({ id }) => id)).toContain(other.identity.session);
    const end = (id = '', identity = mine.identity as object) =>
      call(auth, `/api/v1/auth/sessions/${id}`, { method: 'DELETE', identity });
    const alice = await signIn(auth, 'alice');
    expect((await end(other.identity.session, alice.identity)).status).toBe(404);
    expect((await end(other.identity.session)).status).toBe(200);
    expect((await end(other.identity.session)).status).toBe(404);
    expect((await end('not-a-uuid')).status).toBe(400);
    expect((await end(mine.identity.session, ADMIN)).status).toBe(200);
    expect(await list()).toEqual([]);
  });

  it('end but for the own one when the password is changed, which needs the current one', async () => {
    await register(auth, 'carol');
    const [mine, other] = [await signIn(auth, 'carol'), await signIn(auth, 'carol')];
    const change = (body: object, identity: object = mine.identity) =>
      call(auth, '/api/v1/auth/password', { body, identity });
    const newPassword = 'a new battery staple';
    expect((await change({ currentPassword: 'wrong password', newPassword })).status).toBe(401);
    expect((await change({ currentPassword: PASSWORD, newPassword: 'carol is my name' })).status).toBe(400);
    const { session: _session, ...byKey } = mine.identity;
    expect((await change({ currentPassword: PASSWORD, newPassword }, byKey)).status).toBe(403);
    expect((await change({ currentPassword: PASSWORD, newPassword })).status).toBe(200);
    expect(await refresh(mine.refreshToken)).toBe(200);
    expect(await refresh(other.refreshToken)).toBe(401);
    expect((await login(auth, 'carol')).status).toBe(401);
    expect((await login(auth, 'carol', { password: newPassword })).status).toBe(200);
  });

  it('come as a cookie that no script and no other site can use, where asked for', async () => {
    const send = async (path: string, body: object, headers: object = {}) => {
      const init = { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(auth.url + path, {
        ...init,
        headers: { 'content-type': 'application/json', ...headers },
      });
      return response.headers.get('set-cookie') ?? '';
    };
    const credentials = { username: 'alice', password: PASSWORD };
    expect(await send('/api/v1/auth/login', credentials)).toBe('');
    const plain = await send('/api/v1/auth/login', { ...credentials, cookie: true });
    expect(plain).toMatch(/^qf_session=eyJ[^;]+; Max-Age=900; Path=\/;.* HttpOnly; SameSite=Strict$/);
    const secure = await send('/api/v1/auth/login', { ...credentials, cookie: true }, { 'x-forwarded-proto': 'https' });
    expect(secure).toContain('Secure');
  });

  it('list what was revoked for verifiers, and nothing secret', async () => {
    const before = Date.now();
    const { identity } = await signIn(auth, 'alice');
    await call(auth, '/api/v1/auth/logout', { method: 'POST', identity });
    const list = async (since: number) =>
      (await call(auth, `/internal/revocations?since=${since}`)).data as unknown as {
        revocations: { kind: string; id: string; at: number }[];
      };
    const { revocations } = await list(before - 1000);
    const mine = revocations.find(({ id }) => id === identity.session);
    expect(mine).toEqual({ kind: 'session', id: identity.session, at: expect.any(Number) });
    expect((await list(Date.now() + 1000)).revocations).toEqual([]);
    expect((await call(auth, '/internal/revocations')).status).toBe(400);
  });
});
