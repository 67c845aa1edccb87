import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Identity } from '@quotefleet/contracts';
import type { RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { Secret, TOTP } from 'otpauth';
import pg from 'pg';
import { call, startAuth } from './helpers.ts';
import { ADMIN, askOAuth, login, MASTER_KEY, PASSWORD, register, signIn } from './people.ts';

const STEP_MS = 30_000;
const ENV = { ...MASTER_KEY, QF_LOCKOUT_FREE_ATTEMPTS: '100' };

describeWith('postgres', 'the second factor', (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  let identity: Identity;
  let secret: string;
  let recoveryCodes: string[];
  beforeAll(async () => {
    auth = await startAuth(database.url, ENV);
    await register(auth, 'alice');
    ({ identity } = await signIn(auth, 'alice'));
  });
  afterAll(() => auth.stop());

  const post = (path: string, body: object) => call(auth, `/api/v1/auth/totp/${path}`, { body, identity });
  const codeAt = (steps: number) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * STEP_MS });

  it('is enrolled by the password, and on once a code proves that it works', async () => {
    expect((await post('enrol', { currentPassword: 'wrong password' })).status).toBe(401);
    const { status, data } = await post('enrol', { currentPassword: PASSWORD });
    expect(status).toBe(200);
    ({ secret } = data as unknown as { secret: string });
    expect(JSON.stringify(data)).toContain('otpauth://totp/Quotefleet:alice');
    expect((await login(auth, 'alice')).status).toBe(200);
    expect(await post('confirm', { totp: '000000' })).toMatchObject({ status: 401, code: 'TOTP_INVALID' });
    const confirmed = await post('confirm', { totp: codeAt(-1) });
    ({ recoveryCodes } = confirmed.data as unknown as { recoveryCodes: string[] });
    expect(new Set(recoveryCodes).size).toBe(10);
    expect((await post('enrol', { currentPassword: PASSWORD })).status).toBe(409);
  });

  it('is asked for at sign-in, after the password and not instead of it', async () => {
    expect(await login(auth, 'alice')).toMatchObject({ status: 401, code: 'TOTP_REQUIRED' });
    expect(await login(auth, 'alice', { totp: '000000' })).toMatchObject({ status: 401, code: 'TOTP_INVALID' });
    const wrong = await login(auth, 'alice', { password: 'wrong password', totp: codeAt(0) });
    expect(wrong).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    const oauth = { grant_type: 'password', username: 'alice', password: PASSWORD };
    expect((await askOAuth(auth, 'token', oauth)).body).toMatchObject({ error: 'mfa_required' });
  });

  it('takes each code once, of many who try at once too, and none from before it', async () => {
    const totp = codeAt(0);
    const answers = await Promise.all(Array.from({ length: 5 }, () => login(auth, 'alice', { totp })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'TOTP_INVALID')).toHaveLength(4);
    expect(await login(auth, 'alice', { totp: codeAt(-1) })).toMatchObject({ code: 'TOTP_INVALID' });
    expect((await login(auth, 'alice', { totp: codeAt(1) })).status).toBe(200);
    expect(await login(auth, 'alice', { totp: codeAt(5) })).toMatchObject({ code: 'TOTP_INVALID' });
  });

  it('takes each recovery code once, however it is written', async () => {
    const [code = ''] = recoveryCodes;
    expect((await login(auth, 'alice', { totp: code.toUpperCase() })).status).toBe(200);
    expect(await login(auth, 'alice', { totp: code })).toMatchObject({ code: 'TOTP_INVALID' });
  });

  it('is kept sealed, its recovery codes as hashes', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      'SELECT * FROM auth.second_factors f JOIN auth.recovery_codes c USING (user_id)',
    );
    await client.end();
    expect(rows).toHaveLength(9);
    expect(JSON.stringify(rows)).toContain('v1.');
    for (const plain of [secret, ...recoveryCodes]) expect(JSON.stringify(rows)).not.toContain(plain);
  });

  it('is not turned off by a wrong code, and who tried is written down', async () => {
    const answer = await post('disable', { currentPassword: PASSWORD, totp: '000000' });
    expect(answer).toMatchObject({ status: 401, code: 'TOTP_INVALID' });
    const { data } = await call(auth, '/api/v1/audit?action=auth.reauthenticate&limit=1', { identity: ADMIN });
    expect((data as unknown as { entries: object[] }).entries[0]).toMatchObject({
      ...{ actor: identity.subject, outcome: 'refused', reason: 'wrong second factor' },
    });
  });

  it('is changed by nobody with an API key, and taken away by an admin', async () => {
    const { session: _session, ...withoutSession } = identity;
    const body = { currentPassword: PASSWORD };
    expect((await call(auth, '/api/v1/auth/totp/enrol', { body, identity: withoutSession })).status).toBe(403);
    const path = `/api/v1/users/${identity.subject}/totp/reset`;
    expect((await call(auth, path, { method: 'POST', identity })).status).toBe(403);
    expect((await call(auth, path, { method: 'POST', identity: ADMIN })).status).toBe(200);
    expect((await login(auth, 'alice')).status).toBe(200);
  });

  it('does not start on an empty master key', async () => {
    const bare = await startAuth(database.url, { QF_MASTER_KEY: '' }).catch((error: unknown) => String(error));
    expect(bare).toContain('QF_MASTER_KEY');
  });
});
