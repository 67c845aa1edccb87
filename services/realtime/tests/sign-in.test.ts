import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEvent, TOPICS } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { io } from 'socket.io-client';
import { type Fixture, startFixture } from './fixture.ts';

describe('signing in', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture();
  });
  afterAll(() => fixture.stop());

  it.each([
    ['nothing', {}, 'UNAUTHENTICATED', 'expected auth: { apiKey }, { token } or { ticket } in the handshake'],
    ['a key of the wrong type', { apiKey: 7 }, 'UNAUTHENTICATED', 'expected auth: { apiKey }'],
    ['an unknown key', { apiKey: 'qf_nobody' }, 'UNAUTHENTICATED', 'the API key is not valid'],
    ['a token without the scope', { token: 'without-scope' }, 'FORBIDDEN', 'subscribing needs the scope read'],
  ])('refuses %s with a code and a sentence', async (_what, auth, code, message) => {
    const refusal = fixture.connect({ auth });
    await expect(refusal).rejects.toMatchObject({ message: expect.stringContaining(message), data: { code } });
  });

  it('serves nothing in the default namespace', async () => {
    const socket = io(fixture.service.url, { transports: ['websocket'], reconnection: false, forceNew: true });
    const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
    expect(error.message).toContain('connect to the namespace /market');
    socket.close();
  });

  it('ends the connections of a revoked key within a second, and no others', async () => {
    const client = await fixture.connect();
    const revoke = (kind: string, id: string) =>
      fixture.bus.publish(TOPICS.authRevoked, [{ key: id, value: createEvent('auth.revoked', { kind, id }) }]);
    await revoke('api-key', 'key-of-another');
    await client.subscribe('system');
    expect(client.socket.connected).toBe(true);
    await revoke('api-key', 'key-1');
    await waitUntil(() => !client.socket.connected, { timeoutMs: 4000 });
    expect(client.messages).toMatchObject([{ type: 'system', payload: { code: 'REVOKED' } }]);
  });
});
