import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Identity } from '@quotefleet/contracts';
import type { RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import pg from 'pg';
import { call, startAuth } from './helpers.ts';
import { ADMIN, MASTER_KEY, PASSWORD, register, signIn } from './people.ts';

const PHONE = '+8613800138078';

describeWith('postgres', 'a phone number', (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  let identity: Identity;
  beforeAll(async () => {
    auth = await startAuth(database.url, MASTER_KEY);
    await register(auth, 'alice');
    ({ identity } = await signIn(auth, 'alice'));
  });
  afterAll(() => auth.stop());

  const set = (phone: unknown, by: Partial<Identity> = identity, currentPassword = PASSWORD) =>
    call(auth, '/api/v1/auth/phone', { body: { phone, currentPassword }, identity: by });
  const shown = async () =>
    ((await call(auth, '/api/v1/auth/me', { identity })).data as unknown as { phone?: string }).phone;
  const stored = async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('SELECT * FROM auth.users');
    await client.end();
    return JSON.stringify(rows);
  };

  it('is set by its user with the password, and shown to them whole', async () => {
    expect(await shown()).toBeUndefined();
    expect(await set(PHONE, identity, 'wrong password')).toMatchObject({ status: 401 });
    expect((await set(PHONE, { ...identity, session: undefined })).status).toBe(403);
    expect(await set(PHONE)).toMatchObject({ status: 200, data: { changed: true } });
    expect(await shown()).toBe(PHONE);
  });

  it.each(['13800138078', '+0123456789', '+86 138 0013 8078', '+861', '+1234567890123456', 42])(
    'is none as %p',
    async (phone) => {
      expect(await set(phone)).toMatchObject({ status: 400, data: { errors: [{ field: 'phone' }] } });
    },
  );

  it('is kept sealed, and shown masked to admins', async () => {
    await set(PHONE);
    expect(await stored()).not.toContain(PHONE.slice(1));
    const { data } = await call(auth, '/api/v1/users?search=alice', { identity: ADMIN });
    expect((data as unknown as { users: object[] }).users[0]).toMatchObject({ phone: '+86*********78' });
    const { data: audit } = await call(auth, '/api/v1/audit?action=auth.phone', { identity: ADMIN });
    expect(JSON.stringify(audit)).toContain('auth.phone.change');
    expect(JSON.stringify(audit)).not.toContain('1380');
  });

  it('can be taken away, and goes with its user', async () => {
    expect((await set(null)).status).toBe(200);
    expect(await shown()).toBeUndefined();
    await set(PHONE);
    expect(await stored()).toContain('"phone_sealed":"v1.');
    await call(auth, `/api/v1/users/${identity.subject}`, { method: 'DELETE', identity: ADMIN });
    expect(await stored()).not.toContain('"phone_sealed":"v1.');
  });
});
