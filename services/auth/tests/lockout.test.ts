import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { Secret, TOTP } from 'otpauth';
import { call, startAuth } from './helpers.ts';
import { login, MASTER_KEY, PASSWORD, register, signIn } from './people.ts';

const FREE = 4;
const ENV = { ...MASTER_KEY, QF_LOCKOUT_FREE_ATTEMPTS: String(FREE) };

describeWith('postgres', 'guessing passwords', (servers) => {
  const database = isolatedDatabase(servers);
  let processes: RunningService[];
  beforeAll(async () => {
    processes = await Promise.all([startAuth(database.url, ENV), startAuth(database.url, ENV)]);
  });
  afterAll(() => Promise.all(processes.map((auth) => auth.stop())));
  const [first, second] = [() => processes[0] as RunningService, () => processes[1] as RunningService];

  async function guess(auth: RunningService, username: string, ip = '192.0.2.1', password = 'wrong password') {
    const response = await fetch(`${auth.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': ip },
      body: JSON.stringify({ username, password }),
    });
    const { code, message, data } = (await response.json()) as { code: string; message: string; data: unknown };
    return { status: response.status, retryAfter: response.headers.get('retry-after'), code, message, data };
  }

  it('is slowed down for an account and an address, across processes, the right password included', async () => {
    await register(first(), 'victim');
    for (let count = 0; count < FREE; count++) {
      const auth = count % 2 === 0 ? first() : second();
      expect((await guess(auth, 'victim')).status).toBe(401);
    }
    for (const auth of processes)
      expect(await guess(auth, 'VICTIM', '192.0.2.1', 'correct horse battery')).toMatchObject({
        ...{ status: 429, code: 'RATE_LIMITED', retryAfter: expect.stringMatching(/^[1-9]/) },
      });
    expect((await guess(first(), 'victim', '192.0.2.2', 'correct horse battery')).status).toBe(200);
    expect((await guess(first(), 'another')).status).toBe(401);
  });

  it('takes all addresses of an IPv6 customer for one', async () => {
    await register(first(), 'six');
    const answers = [];
    for (let n = 0; n <= FREE; n++) answers.push((await guess(first(), 'six', `2001:db8:1:2::${n}`)).status);
    expect(answers).toEqual([...Array(FREE).fill(401), 429]);
    expect((await guess(first(), 'six', '2001:db8:1:3::1')).status).toBe(401);
  });

  it('is slowed down for second factors too, from wherever, by whoever knows the password', async () => {
    await register(first(), 'two');
    const { identity } = await signIn(first(), 'two');
    const totp = (name: string, body: object) => call(first(), `/api/v1/auth/totp/${name}`, { body, identity });
    const { data } = await totp('enrol', { currentPassword: PASSWORD });
    const seed = Secret.fromBase32((data as unknown as { secret: string }).secret);
    const code = (steps: number) => new TOTP({ secret: seed }).generate({ timestamp: Date.now() + steps * 30_000 });
    expect((await totp('confirm', { totp: code(-1) })).status).toBe(200);
    const codes = [];
    for (let n = 0; n <= FREE; n++)
      codes.push((await totp('disable', { currentPassword: PASSWORD, totp: '000000' })).code);
    expect(codes).toEqual([...Array(FREE).fill('TOTP_INVALID'), 'RATE_LIMITED']);
    expect(await login(first(), 'two', { totp: code(0) })).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
  });

  it('gets no more tries by making them all at once', async () => {
    await register(first(), 'raced');
    const guesses = Array.from({ length: 20 }, (_, index) => guess(processes[index % 2] as RunningService, 'raced'));
    const answers = await Promise.all(guesses);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(FREE);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20 - FREE);
  });

  it('says the same of a user who is there and of one who is not, locked out or not', async () => {
    await register(first(), 'there');
    for (let count = 0; count < FREE + 2; count++) {
      const [there, away] = [await guess(first(), 'there'), await guess(first(), 'away')];
      expect(there.status).toBe(count < FREE ? 401 : 429);
      expect({ ...there, message: there.message.replace(/\d+/, 'n') }).toEqual({
        ...{ ...away, message: away.message.replace(/\d+/, 'n') },
      });
    }
  });

  it('forgets failures after a success', async () => {
    await register(first(), 'forgetful');
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < FREE - 1; count++) expect((await guess(first(), 'forgetful')).status).toBe(401);
      expect((await guess(first(), 'forgetful', '192.0.2.1', 'correct horse battery')).status).toBe(200);
    }
  });

  it('takes about the same time for a user who is there and for one who is not', async () => {
    const auth = await startAuth(database.url, {
      ...MASTER_KEY,
      QF_BCRYPT_COST: '9',
      QF_LOCKOUT_FREE_ATTEMPTS: '1000',
    });
    await register(auth, 'timed');
    const timesOf = { timed: [] as number[], nobody: [] as number[] };
    for (let round = 0; round < 15; round++) {
      for (const username of ['timed', 'nobody'] as const) {
        const started = performance.now();
        await login(auth, username, { password: 'wrong password' });
        timesOf[username].push(performance.now() - started);
      }
    }
    const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
    const [there, away] = [median(timesOf.timed), median(timesOf.nobody)];
    expect(Math.max(there, away) / Math.min(there, away)).toBeLessThan(2);
    await auth.stop();
  });

  it('is told to the audit trail, without the passwords', async () => {
    const identity = { role: 'admin', scopes: ['read', 'write', 'admin'] as const };
    const { data } = await call(first(), '/api/v1/audit?action=auth.login&outcome=refused&limit=100', {
      identity: { ...identity, scopes: [...identity.scopes] },
    });
    const text = JSON.stringify(data);
    expect(text).toContain('192.0.2.1');
    expect(text).toContain('too many failures');
    expect(text).not.toContain('correct horse');
  });
});
