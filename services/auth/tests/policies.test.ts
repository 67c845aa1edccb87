import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { FunctionRule, Policy, RowRule } from '@quotefleet/contracts';
import { encodeIdentity, IDENTITY_HEADER, type RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import pg from 'pg';
import { startAuth } from './helpers.ts';

const ADMIN = { subject: 'the-admin', client: 'the-admin', role: 'admin', scopes: ['read', 'write', 'admin'] as const };

/** The fields of every endpoint's answer; a test reads those of the endpoint it called. */
interface PolicyAnswer {
  version: number;
  id: string;
  policy: Policy;
  roles: { name: string; scopes: string[] }[];
  functions: FunctionRule[];
  rows: RowRule[] & { historyDays: number | string };
  scopes: string[];
  added: string[];
  removed: string[];
  changed: string[];
  warnings: string[];
  allowed: boolean;
  reason: string;
  rule?: FunctionRule;
  matching: FunctionRule[];
  accessToken: string;
  errors: { field: string; message: string }[];
}

describeWith('postgres', 'the access policy', (servers) => {
  const database = isolatedDatabase(servers);
  let auth: RunningService;
  let version: number;

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(new URL(path, auth.url), {
      method,
      headers: {
        [IDENTITY_HEADER]: encodeIdentity({ ...ADMIN, scopes: [...ADMIN.scopes] }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { code, message, data } = (await response.json()) as { code: string; message: string; data: PolicyAnswer };
    return { status: response.status, code, message, data };
  }
  async function query<T>(sql: string): Promise<T[]> {
    const client = new pg.Client(database.url);
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
  const current = async () => (await call('GET', '/internal/policy')).data;
  const rowRule = { type: 'row', role: 'pro', kind: 'market', value: 'US', effect: 'deny' };

  beforeAll(async () => {
    auth = await startAuth(database.url);
  });
  afterAll(() => auth.stop());
  beforeEach(async () => {
    version = (await current()).version;
  });

  it('begins as the built-in one and is given whole to the fleet', async () => {
    const { policy } = await current();
    expect(policy.roles.map(({ name }) => name)).toEqual(['anonymous', 'trial', 'user', 'pro', 'service', 'admin']);
    expect((await call('GET', '/api/v1/roles')).data.roles).toContainEqual(
      expect.objectContaining({ name: 'service', scopes: ['read', 'write'] }),
    );
    expect((await call('GET', '/api/v1/policies?role=trial')).data.functions).toHaveLength(5);
  });

  it('takes a rule in and out again, announces and audits each change', async () => {
    const added = await call('POST', '/api/v1/policies', rowRule);
    expect(added).toMatchObject({ status: 201, data: { version: version + 1 } });
    const role = await call('GET', '/api/v1/roles/pro');
    expect(role.data.rows).toMatchObject({ historyDays: 'unlimited', delaySeconds: 0 });
    expect(JSON.stringify(role.data.rows)).toContain(added.data.id);
    expect(await call('DELETE', `/api/v1/policies/${added.data.id}`)).toMatchObject({ data: { version: version + 2 } });
    expect(await call('DELETE', `/api/v1/policies/${added.data.id}`)).toMatchObject({ status: 404 });

    const events = await query<{ payload: { payload: { version: number } } }>(
      `SELECT payload FROM outbox.events WHERE topic = 'auth.policy' ORDER BY 1`,
    );
    expect(events.map(({ payload }) => payload.payload.version)).toEqual(
      expect.arrayContaining([version + 1, version + 2]),
    );
    const entries = await query<{ action: string; target: string; actor: string }>(
      `SELECT action, target, actor FROM auth.audit_entries WHERE action LIKE 'policy.%' ORDER BY seq`,
    );
    expect(entries).toEqual([
      { action: 'policy.add', target: 'pro deny market US', actor: 'the-admin' },
      { action: 'policy.remove', target: added.data.id, actor: 'the-admin' },
    ]);
  });

  it.each([
    [{ ...rowRule, role: 'nobody' }, 'role'],
    [{ ...rowRule, value: 'NYSE' }, 'value'],
    [{ ...rowRule, kind: 'colour' }, 'kind'],
    [{ ...rowRule, more: 1 }, 'more'],
    [{ type: 'function', role: 'pro', resource: 'listNothing', action: 'read', effect: 'allow' }, 'resource'],
    [{ type: 'function', role: 'pro', resource: '*', action: 'fly', effect: 'allow' }, 'action'],
    [{ type: 'else' }, 'type'],
  ])('refuses %j, naming %s', async (body, field) => {
    const answer = await call('POST', '/api/v1/policies', body);
    expect(answer).toMatchObject({ status: 400, code: 'INVALID_ARGUMENT' });
    expect(answer.data.errors[0]?.field).toBe(field);
    expect((await current()).version).toBe(version);
  });

  it('changes only the version that the change was made for', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, at) =>
        call('POST', `/api/v1/policies?version=${version}`, { ...rowRule, id: `race-${version}-${at}` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect((await current()).version).toBe(version + 1);
    const free = await Promise.all(
      Array.from({ length: 5 }, (_, at) =>
        call('POST', '/api/v1/policies', { ...rowRule, id: `free-${version}-${at}` }),
      ),
    );
    expect(free.map(({ data }) => data.version).sort((a, b) => a - b)).toEqual(
      [2, 3, 4, 5, 6].map((by) => version + by),
    );
  });

  it('keeps roles in use, built-in ones, and lines of inheritance without a ring', async () => {
    const researcher = { name: 'researcher', description: 'Reads and tries', inherits: ['user'] };
    expect(await call('POST', '/api/v1/roles', researcher)).toMatchObject({ status: 201 });
    expect(await call('POST', '/api/v1/roles', researcher)).toMatchObject({ status: 409 });
    expect(await call('POST', '/api/v1/roles', { name: 'intern', inherits: ['researcher'] })).toMatchObject({
      status: 201,
    });
    expect((await call('GET', '/api/v1/roles/intern')).data.scopes).toEqual(['read']);
    const ring = await call('PUT', '/api/v1/roles/researcher', { description: '', inherits: ['intern'] });
    expect(ring).toMatchObject({ status: 400, message: expect.stringContaining('intern > researcher') });
    expect(await call('PUT', '/api/v1/roles/researcher', { inherits: ['nobody'] })).toMatchObject({ status: 400 });
    expect(await call('DELETE', '/api/v1/roles/researcher')).toMatchObject({
      status: 409,
      message: expect.stringContaining('intern'),
    });
    expect(await call('DELETE', '/api/v1/roles/user')).toMatchObject({ status: 409 });
    expect(await call('DELETE', '/api/v1/roles/nobody')).toMatchObject({ status: 404 });

    await query(
      `INSERT INTO auth.users (id, username, role, created_at) VALUES (gen_random_uuid(), 'ida', 'intern', now())`,
    );
    expect(await call('DELETE', '/api/v1/roles/intern')).toMatchObject({
      status: 409,
      message: expect.stringContaining('1 hold'),
    });
    await query(`UPDATE auth.users SET role = 'user' WHERE username = 'ida'`);
    await query(`INSERT INTO auth.oauth_clients (id, name, role, scopes, grants, created_at)
      VALUES (gen_random_uuid(), 'robot', 'intern', '{read}', '{client_credentials}', now())`);
    expect(await call('DELETE', '/api/v1/roles/intern')).toMatchObject({ status: 409 });
    await query(`UPDATE auth.oauth_clients SET revoked_at = now() WHERE name = 'robot'`);
    expect(await call('DELETE', '/api/v1/roles/intern')).toMatchObject({ status: 200 });
    expect(await call('DELETE', '/api/v1/roles/researcher')).toMatchObject({ status: 200 });
  });

  it('lets nobody lock everybody out', async () => {
    const last = await call('DELETE', '/api/v1/policies/admin-administers');
    expect(last).toMatchObject({
      status: 409,
      code: 'CONFLICT',
      message: expect.stringContaining('nobody could call'),
    });
    const denial = {
      type: 'function',
      role: 'user',
      resource: '/api/v1/policies/**',
      action: 'DELETE',
      effect: 'deny',
    };
    expect(await call('POST', '/api/v1/policies', denial)).toMatchObject({ status: 409 });
    const { policy } = await current();
    const roles = policy.roles.map((role) => (role.name === 'admin' ? { ...role, inherits: [] } : role));
    const replaced = await call('PUT', `/api/v1/policies?version=${version}&dryRun=true`, { ...policy, roles });
    expect(replaced.status).toBe(200);
    const functions = policy.functions.filter(({ role }) => role !== 'admin');
    expect(await call('PUT', `/api/v1/policies?version=${version}`, { ...policy, functions })).toMatchObject({
      status: 409,
    });
  });

  it('is replaced as a whole, tried before, and only from the version it was made from', async () => {
    const { policy } = await current();
    const next: Policy = {
      roles: [...policy.roles, { name: 'partner', description: '', inherits: ['anonymous'] }],
      functions: [
        ...policy.functions,
        { id: 'partner-news', role: 'partner', resource: '/news/**', action: 'read', effect: 'allow' },
      ],
      rows: policy.rows.map((rule) => (rule.id === 'trial-delayseconds' ? { ...rule, value: '1200' } : rule)),
    };
    const diff = { added: ['role partner', 'partner-news'], removed: [], changed: ['trial-delayseconds'] };
    const tried = await call('PUT', `/api/v1/policies?version=${version}&dryRun=true`, next);
    expect(tried.data).toMatchObject({
      version,
      dryRun: true,
      ...diff,
      warnings: [expect.stringContaining('/news/**')],
    });
    expect((await current()).version).toBe(version);
    expect(await call('PUT', '/api/v1/policies', next)).toMatchObject({
      status: 400,
      data: { errors: [{ field: 'version' }] },
    });
    expect(await call('PUT', `/api/v1/policies?version=${version - 1}`, next)).toMatchObject({ status: 409 });
    expect((await call('PUT', `/api/v1/policies?version=${version}`, next)).data).toMatchObject({
      version: version + 1,
      ...diff,
    });
    expect(await call('PUT', `/api/v1/policies?version=${version + 1}`, { ...policy, roles: [] })).toMatchObject({
      status: 400,
    });
    expect(await call('PUT', `/api/v1/policies?version=${version + 1}`, policy)).toMatchObject({ status: 200 });
  });

  it('explains why a call is allowed or refused, by its rule', async () => {
    const explain = (parameters: Record<string, string>) =>
      call('GET', `/api/v1/auth/explain?${new URLSearchParams(parameters)}`);
    expect((await explain({ role: 'trial', path: '/api/v1/depth/600519.SH' })).data).toMatchObject({
      ...{ allowed: false, rule: { id: 'trial-no-depth' }, endpoint: { id: 'listDepth', scope: 'read' } },
      ...{ roles: ['trial', 'anonymous'], reason: expect.stringContaining('denies it') },
    });
    expect((await explain({ role: 'trial', path: '/api/v2/ticks/00700.HK' })).data).toMatchObject({
      ...{ allowed: false, reason: expect.stringContaining('the market HK') },
    });
    expect((await explain({ role: 'trial', path: '/api/v1/ticks/600519' })).data).toMatchObject({
      ...{ allowed: true, rule: { id: 'trial-market-data' }, rows: { delaySeconds: 900 } },
    });
    expect(await explain({ role: 'nobody', path: '/api/v1/ticks/600519' })).toMatchObject({
      ...{ status: 400, data: { errors: [{ field: 'role', message: expect.stringContaining('nobody') }] } },
    });
    const [ida] = await query<{ id: string }>(`SELECT id FROM auth.users WHERE username = 'ida'`);
    const ofIda = await explain({ subject: ida?.id ?? '', method: 'POST', path: '/api/v1/ingest/ticks' });
    expect(ofIda.data).toMatchObject({ role: 'user', allowed: false, reason: expect.stringContaining('write') });
    expect(await explain({ subject: 'x', path: '/' })).toMatchObject({ status: 404 });
    expect(await explain({ role: 'user', path: '/nothing' })).toMatchObject({ status: 404 });
    expect(await explain({ path: '/api/v1/ticks/600519' })).toMatchObject({ status: 400 });
  });

  it('says which scopes the tokens of a role carry', async () => {
    const credentials = { username: 'scoped', password: 'correct horse battery' };
    await call('POST', '/api/v1/auth/register', credentials);
    const scopesNow = async () => {
      const { data } = await call('POST', '/api/v1/auth/login', credentials);
      return JSON.parse(Buffer.from(data.accessToken.split('.')[1] ?? '', 'base64url').toString()).scopes;
    };
    expect(await scopesNow()).toEqual(['read']);
    const rule = {
      type: 'function',
      role: 'user',
      resource: 'ingestTicks',
      action: 'write',
      effect: 'allow',
      id: 'user-ingest',
    };
    await call('POST', '/api/v1/policies', rule);
    await waitUntil(async () => (await scopesNow()).includes('write'));
    await call('DELETE', '/api/v1/policies/user-ingest');
    await waitUntil(async () => !(await scopesNow()).includes('write'));
  });
});
