import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Identity } from '@quotefleet/contracts';
import { createAuthenticator, type RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import pg from 'pg';
import { call, startAuth } from './helpers.ts';
import { MASTER_KEY } from './people.ts';

const BOOTSTRAP = 'first-bootstrap-key';

describeWith('postgres', 'API keys', (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  let alice: Partial<Identity>;
  beforeAll(async () => {
    auth = await startAuth(database.url, { ...MASTER_KEY, QF_BOOTSTRAP_API_KEY: BOOTSTRAP });
    alice = { subject: await register('alice') };
  });
  afterAll(() => auth.stop());

  const register = async (username: string): Promise<string> =>
    (await call(auth, '/api/v1/auth/register', { body: { username, password: 'correct horse' } })).data.id;
  const create = (identity: Partial<Identity>, body: object = {}) =>
    call(auth, '/api/v1/api-keys', { body: { name: 'test', ...body }, identity });
  const introspect = (key: string, service = auth) => call(service, '/internal/api-keys/introspect', { body: { key } });
  const revoke = (identity: Partial<Identity>, id: string) =>
    call(auth, `/api/v1/api-keys/${id}`, { method: 'DELETE', identity });

  async function query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<Row>(sql, values);
    await client.end();
    return rows;
  }
  const revocationsOf = (id: string) =>
    query<{ payload: object }>(`SELECT payload FROM outbox.events WHERE topic = 'auth.revoked' AND key = $1`, [id]);

  it('issues a key that names its owner, and stores no more than its hash', async () => {
    const { status, data } = await create(alice, { expiresInDays: 1 });
    expect(status).toBe(201);
    expect(data.key).toMatch(new RegExp(`^qf_${data.prefix}_[0-9a-f]{48}$`));
    expect(data.expiresAt).toMatch(/\+08:00$/);
    expect((await introspect(data.key)).data).toEqual({
      ...{ ...alice, client: data.id, role: 'user', scopes: ['read'] },
      expiresAt: Date.parse(data.expiresAt),
    });
    const stored = JSON.stringify(await query('SELECT * FROM auth.api_keys'));
    expect(stored).toContain(data.prefix);
    expect(stored).not.toContain(data.key.split('_')[2]);
  });

  it('gives no scope that the caller lacks', async () => {
    const answer = await create(alice, { scopes: ['read', 'admin'] });
    expect(answer).toMatchObject({ status: 403, code: 'FORBIDDEN', data: { errors: [{ field: 'scopes' }] } });
  });

  it('makes no key by a key that would go on after it', async () => {
    const { data: short } = await create(alice, { expiresInDays: 1 });
    const byKey = { ...alice, client: short.id };
    expect((await create(byKey)).data.expiresAt).toBe(short.expiresAt);
    const longer = await create(byKey, { expiresInDays: 2 });
    expect(longer).toMatchObject({ status: 403, data: { errors: [{ field: 'expiresInDays' }] } });
    const { data: endless } = await create(alice);
    const rotate = (id: string) => call(auth, `/api/v1/api-keys/${id}/rotate`, { body: {}, identity: byKey });
    expect((await rotate(endless.id)).status).toBe(403);
    expect((await rotate(short.id)).status).toBe(201);
    await revoke(alice, short.id);
    expect((await create(byKey)).status).toBe(403);
  });

  it('leaves a key alone that may do more than the call', async () => {
    const chief = { ...alice, role: 'admin', scopes: ['read', 'write', 'admin'] as Identity['scopes'] };
    const { data: strong } = await create(chief, { scopes: ['read', 'admin'] });
    const { data: weak } = await create(chief);
    const byWeak = { ...chief, scopes: ['read'] as Identity['scopes'], client: weak.id };
    const rename = (id: string) =>
      call(auth, `/api/v1/api-keys/${id}/rename`, { body: { name: 'taken' }, identity: byWeak });
    expect((await revoke(byWeak, strong.id)).status).toBe(403);
    expect((await rename(strong.id)).status).toBe(403);
    expect((await revoke(byWeak, weak.id)).status).toBe(200);
    // Who lost the role may still end the keys made under it.
    expect((await revoke({ ...chief, role: 'user', scopes: ['read'] }, strong.id)).status).toBe(200);
  });

  it('cuts a key down to what its owner may do now', async () => {
    const { data } = await create({ ...alice, scopes: ['read', 'write'] }, { scopes: ['read', 'write'] });
    expect((await introspect(data.key)).data.scopes).toEqual(['read']);
  });

  it('lists the caller’s own keys without their secrets', async () => {
    const bob = { subject: await register('bob') };
    const { data: created } = await create(bob, { name: 'mine' });
    const { data } = await call(auth, '/api/v1/api-keys', { identity: bob });
    expect(data.apiKeys).toHaveLength(1);
    expect(data.apiKeys[0]).toMatchObject({ id: created.id, name: 'mine', prefix: created.prefix });
    expect(JSON.stringify(data)).not.toContain(created.key);
  });

  it('revokes a key for good and tells the fleet once', async () => {
    const { data } = await create(alice);
    expect(await revoke(alice, data.id)).toMatchObject({ status: 200, data: { revoked: true } });
    expect((await revoke(alice, data.id)).status).toBe(200);
    expect((await introspect(data.key)).status).toBe(401);
    const events = await revocationsOf(data.id);
    expect(events).toHaveLength(1);
    expect(events[0]?.payload).toMatchObject({ type: 'auth.revoked', payload: { kind: 'api-key', id: data.id } });
  });

  it('keeps users away from the keys of others, but not admins', async () => {
    const { data } = await create(alice);
    expect((await revoke({ subject: await register('mallory') }, data.id)).status).toBe(404);
    expect((await introspect(data.key)).status).toBe(200);
    expect((await revoke({ role: 'admin', scopes: ['read', 'write', 'admin'] }, data.id)).status).toBe(200);
  });

  it('knows nothing of keys that were never issued', async () => {
    for (const key of ['', ' ', 'qf_00000000_x', "' OR 1=1 --", 'x'.repeat(201)]) {
      expect([400, 401]).toContain((await introspect(key)).status);
    }
    expect((await revoke(alice, 'not-a-uuid')).data.errors[0]?.field).toBe('id');
    expect((await call(auth, '/api/v1/api-keys')).status).toBe(401);
  });

  it('renames a key for its owner alone', async () => {
    const { data } = await create(alice);
    const rename = (identity: Partial<Identity>) =>
      call(auth, `/api/v1/api-keys/${data.id}/rename`, { body: { name: 'renamed' }, identity });
    expect((await rename({ subject: await register('envious') })).status).toBe(404);
    expect((await rename(alice)).status).toBe(200);
  });

  it('rotates a key: the former one goes on for as long as it is told', async () => {
    const { data: first } = await create(alice, { scopes: ['read'], expiresInDays: 2 });
    const rotate = (id: string, body: object, identity = alice) =>
      call(auth, `/api/v1/api-keys/${id}/rotate`, { body, identity });
    expect((await rotate(first.id, {}, { subject: await register('thief') })).status).toBe(404);
    const { status, data: second } = await rotate(first.id, { overlapHours: 1 });
    expect(status).toBe(201);
    expect(second).toMatchObject({ name: 'test', scopes: ['read'], expiresAt: first.expiresAt });
    for (const { key } of [first, second]) expect((await introspect(key)).status).toBe(200);
    const { data: third } = await rotate(second.id, { overlapHours: 0 });
    expect((await introspect(second.key)).status).toBe(401);
    expect((await introspect(third.key)).status).toBe(200);
    expect(await revocationsOf(second.id)).toHaveLength(1);
    expect((await rotate(second.id, {})).status).toBe(404);
  });

  it('gives a secret to sign with where it is asked for, kept sealed and told to the fleet alone', async () => {
    const { data } = await create(alice, { signing: true });
    const { signingSecret, signing } = data as unknown as { signingSecret: string; signing: boolean };
    expect([signing, signingSecret]).toEqual([true, expect.stringMatching(/^qfh_.{43}$/)]);
    const lookUp = (keyId: string) => call(auth, '/internal/signing-secrets/lookup', { body: { keyId } });
    const identity = { ...alice, client: data.id, role: 'user', scopes: ['read'] };
    expect((await lookUp(data.id)).data).toEqual({ identity, secret: signingSecret });
    expect(JSON.stringify(await query('SELECT * FROM auth.api_keys'))).not.toContain(signingSecret);
    expect(JSON.stringify(await call(auth, '/api/v1/api-keys', { identity: alice }))).not.toContain(signingSecret);
    const { data: plain } = await create(alice);
    expect((await lookUp(plain.id)).status).toBe(401);
    await revoke(alice, data.id);
    expect((await lookUp(data.id)).status).toBe(401);
  });

  it('notes when keys were last used, as verifiers report it', async () => {
    const user = { subject: await register('active-user') };
    const { data } = await create(user);
    const authenticator = createAuthenticator(auth.url);
    const before = Date.now();
    for (let use = 0; use < 3; use++) await authenticator.authenticate({ apiKey: data.key });
    await authenticator.close();
    const listed = (await call(auth, '/api/v1/api-keys', { identity: user })).data.apiKeys[0];
    const { lastUsedAt } = listed as unknown as { lastUsedAt: string };
    expect(Date.parse(lastUsedAt)).toBeGreaterThanOrEqual(before);
  });

  it('stops at a hundred keys a user', async () => {
    const hoarder = { subject: await register('hoarder') };
    const answers = await Promise.all(Array.from({ length: 103 }, () => create(hoarder)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(100);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
  });

  it('takes the bootstrap key from the first start on, and a new value in place of the old one', async () => {
    const { data: identity } = await introspect(BOOTSTRAP);
    expect(identity).toMatchObject({ role: 'admin', scopes: ['read', 'write', 'admin'] });

    const second = await startAuth(database.url, { ...MASTER_KEY, QF_BOOTSTRAP_API_KEY: 'second-bootstrap-key' });
    expect((await introspect(BOOTSTRAP)).status).toBe(401);
    expect((await introspect('second-bootstrap-key')).status).toBe(200);
    expect(await revocationsOf(identity.client)).toHaveLength(1);
    await second.stop();
    const kept = await query<{ action: string; target: string }>(
      `SELECT action, target FROM auth.audit_entries WHERE actor = 'system' AND action LIKE 'api-key.%' ORDER BY seq`,
    );
    const target = `api-key:${identity.client}`;
    expect(kept).toEqual([
      { action: 'api-key.adopt', target },
      { action: 'api-key.retire', target },
      { action: 'api-key.adopt', target: expect.stringContaining('api-key:') },
    ]);

    const back = await startAuth(database.url, { ...MASTER_KEY, QF_BOOTSTRAP_API_KEY: BOOTSTRAP });
    expect((await introspect(BOOTSTRAP)).status).toBe(200);
    expect((await introspect('second-bootstrap-key')).status).toBe(401);
    await back.stop();
  });
});
