import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { type AuditPayload, auditEvent, createEvent, type Identity, TOPICS } from '@quotefleet/contracts';
import { createInProcessBus } from '@quotefleet/messaging';
import { AppError, Closers, createLogger, createMetrics } from '@quotefleet/service-kit';
import { waitUntil } from '@quotefleet/testing';
import type { Request, Response } from 'express';
import { auditCalls } from './audit-calls.ts';
import { type CallFacts, noteCall } from './note-call.ts';

const ADMIN: Identity = { subject: 'a1', client: 'k3', role: 'admin', scopes: ['read', 'write', 'admin'] };

/** The audit of calls, and what it published by the time that the gateway has stopped. */
async function setUp() {
  const bus = createInProcessBus();
  const closers = new Closers();
  const told: AuditPayload[] = [];
  await bus.ensureTopics([{ name: TOPICS.audit, partitions: 1 }]);
  await bus.subscribe({
    ...{ group: 'test', topics: [TOPICS.audit], from: 'earliest' },
    decode: (value) => auditEvent.parse(value),
    handle: async ({ events }) => void told.push(...events.map(({ value }) => value.payload)),
  });
  const logger = createLogger({ service: 'gateway', level: 'silent' });
  const audit = auditCalls({ bus, logger, metrics: createMetrics('gateway') }, closers);
  const socket = { remoteAddress: '192.0.2.1' };
  const requestOf = (method: string, url: string) => ({ method, url, headers: {}, socket }) as unknown as Request;
  function call(method: string, url: string, facts: CallFacts, status: number): void {
    const request = requestOf(method, url);
    const response = Object.assign(new EventEmitter(), { statusCode: status });
    audit.watch(request, response as unknown as Response, () => noteCall(request, facts));
    response.emit('close');
  }
  const stop = async () => {
    await closers.close();
    const end: AuditPayload = { actor: 'test', action: 'test.end', target: 'test', outcome: 'allowed' };
    await bus.publish(TOPICS.audit, [{ key: 'test', value: createEvent('audit', end) }]);
    await waitUntil(() => told.at(-1)?.action === end.action);
    await bus.close();
    return told.slice(0, -1);
  };
  return { audit, call, requestOf, stop };
}

describe('the audit of calls', () => {
  it('names what an admin changed, without the query', async () => {
    const { call, stop } = await setUp();
    const facts: CallFacts = { route: 'setUserRole', access: 'admin', identity: ADMIN };
    call('PUT', '/api/v1/users/u1/role?key=secret', facts, 200);
    call('DELETE', '/api/v1/users/u2', facts, 500);
    const admin = { actor: 'a1', client: 'k3', action: 'admin.call', ip: '192.0.2.1' };
    expect(await stop()).toEqual([
      { ...admin, target: 'PUT /api/v1/users/u1/role', outcome: 'allowed' },
      { ...admin, target: 'DELETE /api/v1/users/u2', outcome: 'failed', reason: 'answered 500' },
      expect.objectContaining({ action: 'key.use', client: 'k3', count: 2 }),
    ]);
  });

  it('leaves what anybody may do, but for the use of keys', async () => {
    const { call, stop } = await setUp();
    for (const status of [200, 400, 404, 500]) {
      call('GET', '/api/v1/ticks', { route: 'listTicks', access: 'read', identity: ADMIN }, status);
      call(
        'GET',
        '/api/v1/ticks',
        { route: 'listTicks', access: 'read', identity: { ...ADMIN, client: 'a1', session: 's1' } },
        status,
      );
    }
    expect(await stop()).toEqual([expect.objectContaining({ action: 'key.use', client: 'k3', count: 4 })]);
  });

  it('tells of calls that were turned away for the load', async () => {
    const { call, stop } = await setUp();
    for (let times = 0; times < 5; times++) call('GET', '/', { route: 'listTicks', access: 'read', shed: true }, 503);
    const shed = { actor: 'anonymous', action: 'call.shed', target: 'listTicks', outcome: 'refused' };
    expect(await stop()).toMatchObject([shed, { ...shed, count: 4 }]);
  });

  it('tells of sockets that were refused', async () => {
    const { audit, requestOf, stop } = await setUp();
    const refusals = [new AppError('FORBIDDEN', 'not from there'), new AppError('INVALID_ARGUMENT', 'malformed')];
    const check = audit.watchUpgrades(async (_request: IncomingMessage) => {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
    });
    await expect(check(requestOf('GET', '/socket.io/'))).rejects.toThrow('not from there');
    await expect(check(requestOf('GET', '/socket.io/'))).rejects.toThrow('malformed');
    await check(requestOf('GET', '/socket.io/'));
    const refused = { action: 'call.refused', target: 'socket', outcome: 'refused', reason: 'not from there' };
    expect(await stop()).toMatchObject([refused]);
  });
});
