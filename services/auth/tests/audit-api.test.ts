import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AuditPayload, auditEvent, createEvent, type Identity, TOPICS } from '@quotefleet/contracts';
import { createInProcessBus } from '@quotefleet/messaging';
import { encodeIdentity, IDENTITY_HEADER, type RunningService } from '@quotefleet/service-kit';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { startAuth } from './helpers.ts';

const ALICE: Identity = { subject: 'alice', client: 'alice', role: 'user', scopes: ['read'] };

const REFUSED: AuditPayload = {
  ...{ actor: 'alice', client: 'key-1', action: 'call.refused', target: 'listBars', outcome: 'refused' },
  ...{ reason: 'over the limit "burst", says 中国', ip: '10.0.0.1', userAgent: 'curl/8', count: 41 },
};
const USE: AuditPayload = {
  ...{ actor: 'bob', client: 'key-2', action: 'key.use', target: 'key:key-2', outcome: 'allowed', count: 7 },
  ips: ['10.0.0.1', '10.0.0.2'],
};
const GUESS: AuditPayload = { actor: 'anonymous', action: 'auth.login', target: 'user:alice', outcome: 'refused' };

interface Page {
  data: { entries: (AuditPayload & { seq: number; hash: string; at: string })[]; nextCursor?: string };
}

describeWith('postgres', 'the API of the audit trail', (servers) => {
  const database = isolatedDatabase(servers);
  const bus = createInProcessBus();
  let auth: RunningService;
  beforeAll(async () => {
    auth = await startAuth(database.url, {}, bus);
    const start = Date.UTC(2026, 0, 5, 1, 30);
    const events = [REFUSED, USE, GUESS, ...Array.from({ length: 20 }, () => ({ ...USE, actor: 'carol' }))].map(
      (payload, index) => ({ ...createEvent('audit', payload), ts: start + index * 1000 }),
    );
    // One key: their order is that of the chain.
    const outgoing = events.map((value) => ({ key: 'key', value }));
    await bus.ensureTopics([{ name: TOPICS.audit, partitions: 1 }]);
    await bus.publish(TOPICS.audit, outgoing);
    // As a broker does that is not sure.
    await bus.publish(TOPICS.audit, [...outgoing].reverse());
    const last = createEvent('audit', { ...GUESS, action: 'test.last' });
    await bus.publish(TOPICS.audit, [{ key: 'key', value: auditEvent.parse(last) }]);
    await waitUntil(async () => (await list('action=test.last')).length === 1);
  });
  afterAll(async () => {
    await auth.stop();
    await bus.close();
  });

  const get = (path: string, identity?: Identity) =>
    fetch(new URL(path, auth.url), { headers: identity ? { [IDENTITY_HEADER]: encodeIdentity(identity) } : {} });
  const page = async (query: string, path = '/api/v1/audit', identity?: Identity) =>
    (await get(`${path}?${query}`, identity)).json() as Promise<Page>;
  const list = async (query: string) => (await page(query)).data.entries;

  it('has each event once, however often it came, newest first', async () => {
    const entries = await list('');
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 24 }, (_, index) => 24 - index));
    expect(entries.at(-1)).toMatchObject({ ...REFUSED, at: '2026-01-05T09:30:00.000+08:00', seq: 1 });
    expect(entries.at(-3)).toMatchObject({ ...GUESS, count: 1 });
  });

  it.each([
    ['actor=carol', 20],
    ['client=key-1', 1],
    ['action=call.', 1],
    ['action=call_refused', 0],
    ['outcome=refused', 3],
    ['ip=10.0.0.1', 22],
    ['ip=10.0.0.2&actor=bob', 1],
    ['from=2026-01-05T09:30:02%2B08:00&to=2026-01-05T09:30:05%2B08:00', 3],
    ['from=2026-01-05T01:30:22Z', 2],
    ["actor=' OR 1=1 --", 0],
  ])('finds by %s', async (query, count) => {
    expect(await list(query)).toHaveLength(count);
  });

  it('goes on page by page to the first entry', async () => {
    const seen: number[] = [];
    let cursor = '';
    for (;;) {
      const { data } = await page(`limit=7&actor=carol${cursor}`);
      seen.push(...data.entries.map(({ seq }) => seq));
      if (data.nextCursor === undefined) break;
      cursor = `&cursor=${data.nextCursor}`;
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => 23 - index));
    expect((await get('/api/v1/audit?cursor=x')).status).toBe(400);
    expect((await get('/api/v1/audit?from=yesterday')).status).toBe(400);
  });

  it('exports all that is found as CSV and NDJSON, and by columns as v2', async () => {
    const csv = await get('/api/v1/audit?format=csv&client=key-1&fields=seq,actor,reason,count');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(await csv.text()).toBe('seq,actor,reason,count\r\n1,alice,"over the limit ""burst"", says 中国",41\r\n');
    const lines = (await (await get('/api/v1/audit?format=ndjson')).text()).trim().split('\n');
    expect(lines).toHaveLength(24);
    expect(JSON.parse(lines.at(-2) ?? '')).toMatchObject({ actor: 'bob', ips: USE.ips });
    const columns = await (await get('/api/v2/audit?client=key-1&fields=seq,at,ips')).json();
    expect(columns).toEqual({ fields: ['seq', 'at', 'ips'], items: [[1, Date.UTC(2026, 0, 5, 1, 30), null]] });
  });

  it("shows a user their own entries and those about them, and nobody else's", async () => {
    const { data } = await page('', '/api/v1/audit/me', ALICE);
    expect(data.entries.map(({ seq }) => seq)).toEqual([24, 3, 1]);
    expect(data.entries[0]).not.toHaveProperty('hash');
    expect((await get('/api/v1/audit/me')).status).toBe(401);
    const nobody = await page('', '/api/v1/audit/me', { ...ALICE, subject: "x' OR '1'='1" });
    expect(nobody.data.entries).toEqual([]);
  });

  it('checks the whole chain', async () => {
    const { data } = (await (await get('/api/v1/audit/verify')).json()) as { data: object };
    expect(data).toMatchObject({ intact: true, entries: 24, firstSeq: 1, lastSeq: 24 });
    expect((await get('/api/v1/audit/verify?anchor=none')).status).toBe(400);
    const foreign = await get('/api/v1/audit/verify?anchor=audit_a.b.c');
    expect(await foreign.json()).toMatchObject({ data: { intact: false, fault: { kind: 'anchor' } } });
  });

  it('counts entries by action and outcome', async () => {
    const text = await (await get('/metrics')).text();
    expect(text).toMatch(/audit_entries_total\{action="key\.use",outcome="allowed",service="auth"\} 21/);
  });

  it('takes what realtime tells of sockets: who was not let in, whose next token was not, and whom an operator put out', async () => {
    const told: AuditPayload[] = [
      {
        ...{ actor: 'anonymous', action: 'socket.refused', target: 'socket', outcome: 'refused', count: 12 },
        ...{ reason: 'the API key is not valid', ip: '2001:db8::1', userAgent: 'python-socketio' },
      },
      { ...{ actor: 'alice', client: 'key-1', action: 'socket.refresh', target: 'socket' }, outcome: 'refused' },
      { actor: 'root', action: 'socket.kick', target: 'connection x of alice', outcome: 'allowed' },
    ];
    await bus.publish(
      TOPICS.audit,
      told.map((payload) => ({ key: 'socket', value: createEvent('audit', payload) })),
    );
    await waitUntil(async () => (await list('action=socket.')).length === 3);
    expect((await list('action=socket.')).reverse()).toMatchObject(told);
    expect(await list('ip=2001:db8::1')).toHaveLength(1);
  });
});
