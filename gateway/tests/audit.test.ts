import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type AuditPayload, auditEvent, TOPICS } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { call, useGateway } from './fleet-fixture.ts';
import { sendJson } from './stub-fleet.ts';

// Repetitions are told of every ten seconds.
jest.setTimeout(60_000);

describe('what the gateway tells of calls for the audit trail', () => {
  const fixture = useGateway();
  const told: AuditPayload[] = [];
  beforeAll(async () => {
    await fixture.bus.ensureTopics([{ name: TOPICS.audit, partitions: 1 }]);
    await fixture.bus.subscribe({
      ...{ group: 'test', topics: [TOPICS.audit], from: 'earliest' },
      decode: (value) => auditEvent.parse(value),
      handle: async ({ events }) => void told.push(...events.map(({ value }) => value.payload)),
    });
  });
  const find = (action: string, target: string) =>
    told.filter((entry) => entry.action === action && entry.target === target);

  it('names who was refused what, and why, but never a secret', async () => {
    await call(fixture, '/api/v1/api-keys', { key: 'a wrong and secret key', headers: { 'user-agent': 'probe/1' } });
    await call(fixture, '/api/v1/sync/status', { key: 'user-key' });
    await waitUntil(() => find('call.refused', 'syncStatus').length > 0);
    expect(find('call.refused', 'syncStatus')).toEqual([
      {
        ...{ actor: 'u1', client: 'k1', action: 'call.refused', target: 'syncStatus', outcome: 'refused' },
        ...{ reason: 'this endpoint needs the scope admin', ip: '127.0.0.1', userAgent: expect.any(String) },
      },
    ]);
    expect(told.filter(({ actor }) => actor === 'anonymous')).toEqual([
      expect.objectContaining({ action: 'call.refused', outcome: 'refused', userAgent: 'probe/1' }),
    ]);
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it('has a flood of refused calls as one event and a count', async () => {
    const flood = Array.from({ length: 300 }, () => call(fixture, '/api/v1/audit/verify'));
    const statuses = new Set((await Promise.all(flood)).map(({ status }) => status));
    const floodEvents = () => find('call.refused', 'verifyAudit');
    const count = () => floodEvents().reduce((sum, entry) => sum + (entry.count ?? 1), 0);
    await waitUntil(() => count() === 300, { timeoutMs: 40_000 });
    expect(floodEvents().length).toBeLessThanOrEqual(2 * 2 * statuses.size);
  });

  it('has every call of an admin, with how it ended', async () => {
    fixture.fleet.sync.answer = (_request, response) => sendJson(response, 200, { success: true, data: {} });
    await call(fixture, '/api/v1/sync/status', { key: 'admin-key' });
    await waitUntil(() => find('admin.call', 'syncStatus').length > 0);
    expect(find('admin.call', 'syncStatus')[0]).toMatchObject({ actor: 'a1', client: 'k3', outcome: 'allowed' });
  });

  it('leaves to auth what auth refuses itself', async () => {
    const { answer } = fixture.fleet.auth;
    fixture.fleet.auth.answer = (_request, response) => sendJson(response, 401, { success: false });
    const body = JSON.stringify({ username: 'alice', password: 'wrong' });
    const headers = { 'content-type': 'application/json' };
    expect((await call(fixture, '/api/v1/auth/login', { method: 'POST', body, headers })).status).toBe(401);
    fixture.fleet.auth.answer = answer;
    await call(fixture, '/api/v1/sync/status');
    await waitUntil(() => told.some(({ target, actor }) => target === 'syncStatus' && actor === 'anonymous'));
    expect(find('call.refused', 'login')).toEqual([]);
  });
});
