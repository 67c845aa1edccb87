import { createServer, type RequestListener, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthRevokedPayload } from '@quotefleet/contracts';
import { type Authenticator, createAuthenticator } from './authenticator.ts';

const IDENTITY = { subject: 'u', client: 'k', role: 'user', scopes: ['read'] };
const ENVELOPE = { message: '', traceId: '', timestamp: '' };

describe('the authenticator', () => {
  let server: Server;
  let authenticator: Authenticator;
  let answer: RequestListener;
  let asked: number;
  let revocations: AuthRevokedPayload[];
  let told: AuthRevokedPayload[];
  beforeEach(async () => {
    asked = 0;
    [revocations, told] = [[], []];
    answer = (_request, response) => respond(response, 200, { success: true, code: 'OK', data: IDENTITY });
    server = createServer((request, response) => {
      if (request.url === '/internal/revocations' || request.url?.startsWith('/internal/revocations?'))
        return respond(response, 200, { success: true, code: 'OK', data: { now: Date.now(), revocations } });
      asked += 1;
      answer(request, response);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    authenticator = createAuthenticator(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, {
      onRevoked: (revoked) => told.push(revoked),
    });
  });
  afterEach(async () => {
    await authenticator.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const respond = (response: Parameters<RequestListener>[1], status: number, body: object) =>
    void response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ...ENVELOPE, ...body }));
  const refuse: RequestListener = (_request, response) =>
    respond(response, 401, { success: false, code: 'UNAUTHENTICATED', message: 'no', data: null });
  const byKey = (apiKey = 'key') => authenticator.authenticate({ apiKey });

  it('asks once for all who come with one key at a time, and then knows it', async () => {
    expect(await Promise.all([byKey(), byKey(), byKey()])).toEqual([IDENTITY, IDENTITY, IDENTITY]);
    await byKey();
    expect(asked).toBe(1);
    await byKey('another');
    expect(asked).toBe(2);
  });

  it.each(['k', 'u'])('asks again once it was told to forget %s', async (id) => {
    await byKey();
    authenticator.forget({ kind: id === 'k' ? 'api-key' : 'user', id });
    answer = refuse;
    await expect(byKey()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('asks again where a revocation has overtaken the answer', async () => {
    const gate = Promise.withResolvers<void>();
    answer = async (_request, response) => {
      await gate.promise;
      respond(response, 200, { success: true, code: 'OK', data: IDENTITY });
    };
    const early = byKey();
    while (asked === 0) await sleep(5);
    authenticator.forget({ kind: 'api-key', id: 'k' });
    authenticator.forget({ kind: 'api-key', id: 'another' });
    const late = byKey();
    answer = refuse;
    gate.resolve();
    await expect(early).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(late).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(asked).toBe(2);
  });

  it('asks again for a key whose end has come', async () => {
    const ended = { ...IDENTITY, expiresAt: Date.now() };
    answer = (_request, response) => respond(response, 200, { success: true, code: 'OK', data: ended });
    expect(await byKey()).toEqual(ended);
    await byKey();
    expect(asked).toBe(2);
  });

  it('asks auth about each ticket, and takes none whose owner lost rights meanwhile', async () => {
    const gate = Promise.withResolvers<void>();
    const owner = { ...IDENTITY, session: 's', expiresAt: Date.now() + 60_000 };
    expect(await authenticator.authenticate({ ticket: 'one' })).toEqual(IDENTITY);
    answer = async (_request, response) => {
      await gate.promise;
      respond(response, 200, { success: true, code: 'OK', data: owner });
    };
    const redeeming = authenticator.authenticate({ ticket: 'one' });
    while (asked === 1) await sleep(5);
    authenticator.forget({ kind: 'session', id: 's' });
    gate.resolve();
    await expect(redeeming).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    answer = refuse;
    await expect(authenticator.authenticate({ ticket: 'one' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    answer = (request) => request.socket.destroy();
    await expect(authenticator.authenticate({ ticket: 'one' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('tells of what auth lists once, and not of what an event has told of', async () => {
    const at = Date.now();
    revocations = ['u', 'v'].map((id) => ({ kind: 'user', id, at }));
    authenticator.forget({ kind: 'user', id: 'u', at });
    await expect(authenticator.authenticate({ token: 'a.b.c' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(told).toEqual([{ kind: 'user', id: 'v', at }]);
  });

  it('knows a wrong key from an auth that cannot say', async () => {
    answer = refuse;
    await expect(byKey()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    answer = (_request, response) => respond(response, 500, { success: false, code: 'INTERNAL', data: null });
    await expect(byKey()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    answer = (request) => request.socket.destroy();
    await expect(byKey()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(authenticator.authenticate({ token: 'a.b.c' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(authenticator.authenticate({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
