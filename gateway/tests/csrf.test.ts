import { describe, expect, it } from '@jest/globals';
import { call, useGateway } from './fleet-fixture.ts';

const KEYS = '/api/v1/api-keys';
const CSRF = '/api/v1/auth/csrf';
const HOUR_S = 3600;

describe('sessions by cookie', () => {
  const fixture = useGateway(() => ({ corsOrigins: ['https://app.example'] }));
  const sign = (sub: string) =>
    fixture.auth.sign({ sub, role: 'user', scopes: ['read'], exp: Math.floor(Date.now() / 1000) + HOUR_S });
  const create = (headers: Record<string, string>) =>
    call(fixture, KEYS, {
      method: 'POST',
      body: '{"name":"mine"}',
      headers: { 'content-type': 'application/json', ...headers },
    });
  /** What a page of ours has after it asked for the token. */
  async function tokenOf(session: string) {
    const { status, headers, body } = await call(fixture, CSRF, { headers: { cookie: `qf_session=${session}` } });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    const cookie = headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^qf_csrf=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/);
    const { csrfToken } = body.data as unknown as { csrfToken: string };
    return { csrfToken, cookie: cookie.split(';')[0] ?? '' };
  }

  it('may read, and without the token change nothing', async () => {
    const session = await sign('u1');
    expect((await call(fixture, KEYS, { headers: { cookie: `qf_session=${session}` } })).status).toBe(200);
    const asked = fixture.fleet.auth.seen.length;
    const forged = await create({ cookie: `qf_session=${session}` });
    expect(forged).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(forged.body.message).toContain('X-CSRF-Token');
    const ticket = await call(fixture, '/api/v1/auth/socket-ticket', {
      method: 'POST',
      headers: { cookie: `qf_session=${session}` },
    });
    expect(ticket.status).toBe(403);
    expect(fixture.fleet.auth.seen).toHaveLength(asked);
  });

  it('change things with the token in cookie and header, and the cookie goes no further', async () => {
    const session = await sign('u1');
    const { csrfToken, cookie } = await tokenOf(session);
    const done = await create({ cookie: `a=b; qf_session=${session}; ${cookie}`, 'x-csrf-token': csrfToken });
    expect(done.status).toBe(200);
    const { headers } = fixture.fleet.auth.seen.at(-1) ?? { headers: {} };
    expect(headers).toHaveProperty('x-qf-identity');
    expect(headers).not.toHaveProperty('cookie');
  });

  it('take no token that is missing on one side, altered, made up, or of another session', async () => {
    const [mine, others] = await Promise.all([sign('u1'), sign('u2')]);
    const { csrfToken, cookie } = await tokenOf(mine);
    const foreign = await tokenOf(others);
    const session = `qf_session=${mine}`;
    const altered = csrfToken.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    const attempts: Record<string, string>[] = [
      { cookie: `${session}; ${cookie}` },
      { cookie: session, 'x-csrf-token': csrfToken },
      { cookie: `${session}; qf_csrf=${altered}`, 'x-csrf-token': altered },
      { cookie: `${session}; qf_csrf=a.b`, 'x-csrf-token': 'a.b' },
      { cookie: `${session}; qf_csrf=`, 'x-csrf-token': '' },
      { cookie: `${session}; ${foreign.cookie}`, 'x-csrf-token': foreign.csrfToken },
    ];
    for (const headers of attempts) expect((await create(headers)).status).toBe(403);
  });

  it('do not stand in the way of calls by key or token in a header', async () => {
    const session = await sign('u1');
    expect((await create({ 'x-api-key': 'user-key', cookie: `qf_session=${session}` })).status).toBe(200);
    expect((await create({ authorization: `Bearer ${session}` })).status).toBe(200);
  });

  it('are refused where the cookie is no token, and give no CSRF token to nobody', async () => {
    expect((await create({ cookie: 'qf_session=nonsense' })).status).toBe(401);
    expect((await call(fixture, CSRF)).status).toBe(401);
  });

  it('are for pages of listed origins only', async () => {
    const ask = (origin: string) => call(fixture, KEYS, { headers: { origin } });
    const listed = await ask('https://app.example');
    expect(listed.headers.get('access-control-allow-credentials')).toBe('true');
    for (const name of ['RateLimit', 'X-QF-Clamped', 'X-QF-Delayed', 'X-QF-Refused', 'X-QF-Stale'])
      expect(listed.headers.get('access-control-expose-headers')).toContain(name);
    const other = await ask('https://evil.example');
    expect(other.headers.get('access-control-allow-credentials')).toBeNull();
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(other.headers.get('vary')).toContain('Origin');
  });
});

describe('a gateway that any page may call', () => {
  const fixture = useGateway(() => ({ corsOrigins: ['*'] }));

  it('never has cookies sent along', async () => {
    const preflight = await fetch(new URL(KEYS, fixture.gateway.url), {
      method: 'OPTIONS',
      headers: { origin: 'https://any.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    expect(preflight.headers.get('access-control-max-age')).toBe('600');
    expect(preflight.headers.get('vary')).toContain('Access-Control-Request-Headers');
  });
});
