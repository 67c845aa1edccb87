import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AuditPayload, Identity } from '@quotefleet/contracts';
import { encodeIdentity, IDENTITY_HEADER, type RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import pg from 'pg';
import { startAuth } from './helpers.ts';

const ADMIN: Identity = { subject: 'root', client: 'root-key', role: 'admin', scopes: ['read', 'write', 'admin'] };
const PASSWORD = 'correct horse battery';

describeWith('postgres', "auth's own audit entries", (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  let alice: Identity;
  beforeAll(async () => {
    auth = await startAuth(database.url);
    const { data } = await send('POST', '/api/v1/auth/register', { username: 'alice', password: PASSWORD });
    alice = { subject: data.id, client: data.id, role: 'user', scopes: ['read'] };
  });
  afterAll(() => auth.stop());

  async function send(method: string, path: string, body?: unknown, identity?: Identity) {
    const response = await fetch(new URL(path, auth.url), {
      method,
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': '192.0.2.7',
        'user-agent': 'test/1',
        ...(identity ? { [IDENTITY_HEADER]: encodeIdentity(identity) } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { data: { id: string; entries: AuditPayload[]; apiKeys: unknown[] } };
    return { status: response.status, data: answer.data };
  }
  const last = async () => (await send('GET', '/api/v1/audit?limit=1', undefined, ADMIN)).data.entries[0];
  const from = { ip: '192.0.2.7', userAgent: 'test/1' };

  it('tell of sign-ins, allowed and refused, with where they came from', async () => {
    expect((await send('POST', '/api/v1/auth/login', { username: 'alice', password: PASSWORD })).status).toBe(200);
    expect(await last()).toMatchObject({ actor: alice.subject, action: 'auth.login', outcome: 'allowed', ...from });
    expect((await send('POST', '/api/v1/auth/login', { username: 'alice', password: 'wrong' })).status).toBe(401);
    const refused = { action: 'auth.login', target: `user:${alice.subject}`, outcome: 'refused', ...from };
    expect(await last()).toMatchObject({ actor: 'anonymous', ...refused });
    const { data } = await send('GET', '/api/v1/audit/me?action=auth.login', undefined, alice);
    expect(data.entries.map(({ outcome }) => outcome)).toEqual(['refused', 'allowed']);
  });

  it('tell of locks', async () => {
    let status = 0;
    for (let attempt = 0; attempt < 30 && status !== 429; attempt++)
      ({ status } = await send('POST', '/api/v1/auth/login', { username: 'alice', password: 'wrong' }));
    expect(status).toBe(429);
    expect(await last()).toMatchObject({ action: 'auth.login', outcome: 'refused', reason: 'too many failures' });
  });

  it('tell of keys and roles', async () => {
    const { data: key } = await send('POST', '/api/v1/api-keys', { name: 'k', scopes: ['read'] }, alice);
    expect(await last()).toMatchObject({ actor: alice.subject, action: 'api-key.create', target: `api-key:${key.id}` });
    await send('DELETE', `/api/v1/api-keys/${key.id}`, undefined, alice);
    expect(await last()).toMatchObject({ actor: alice.subject, action: 'api-key.revoke', target: `api-key:${key.id}` });
    await send('POST', `/api/v1/users/${alice.subject}/role`, { role: 'pro' }, ADMIN);
    const change = { actor: 'root', client: 'root-key', action: 'user.role', reason: 'user became pro' };
    expect(await last()).toMatchObject({ ...change, target: `user:${alice.subject}`, ...from });
    // Whose role it is sees it too, but not where the admin works.
    const { data: own } = await send('GET', '/api/v1/audit/me', undefined, alice);
    expect(own.entries[0]).toMatchObject({ action: 'user.role', outcome: 'allowed' });
    for (const name of ['client', 'ip', 'userAgent']) expect(own.entries[0]).not.toHaveProperty(name);
    expect(own.entries[1]).toMatchObject({ action: 'api-key.revoke', ...from });
  });

  it('hold back what they could not be stored with', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`CREATE FUNCTION auth.full_disk() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$`);
    await client.query(`CREATE TRIGGER full_disk BEFORE INSERT ON auth.audit_entries
      FOR EACH ROW EXECUTE FUNCTION auth.full_disk()`);
    const refused = [
      await send('POST', '/api/v1/api-keys', { name: 'k', scopes: ['read'] }, alice),
      await send('POST', `/api/v1/users/${alice.subject}/role`, { role: 'admin' }, ADMIN),
    ];
    expect(refused.every(({ status }) => status >= 500)).toBe(true);
    await client.query('DROP TRIGGER full_disk ON auth.audit_entries');
    expect((await send('GET', '/api/v1/api-keys', undefined, alice)).data.apiKeys).toEqual([]);
    const { rows } = await client.query('SELECT role FROM auth.users WHERE id = $1', [alice.subject]);
    await client.end();
    expect(rows).toEqual([{ role: 'pro' }]);
    expect((await send('GET', '/api/v1/audit/verify', undefined, ADMIN)).data).toMatchObject({ intact: true });
  });

  it('hold no secret', async () => {
    const { data } = await send('GET', '/api/v1/audit', undefined, ADMIN);
    expect(JSON.stringify(data)).not.toMatch(/correct horse|wrong"|qf_|qfr_|eyJ/);
  });
});
