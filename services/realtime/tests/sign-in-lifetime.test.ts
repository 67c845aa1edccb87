import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { authRevokedEvent, createEvent, SOCKET_EVENTS, TOPICS } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { type Fixture, startFixture, type TestClient } from './fixture.ts';
import { byText, firstShown } from './written-tokens.ts';

jest.setTimeout(30_000);

describe('a connection by a token', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({ authenticator: byText });
  });
  afterAll(() => fixture.stop());

  const connect = (token: string) => fixture.connect({ auth: { token } });
  const refresh = ({ socket }: TestClient, token: unknown) =>
    socket.timeout(5000).emitWithAck(SOCKET_EVENTS.refresh, { token });
  const codes = ({ messages }: TestClient) =>
    messages.filter(({ type }) => type === 'system').map(({ payload }) => (payload as { code: string }).code);

  it('may be opened by a ticket, and stays as long as there is nothing to expire', async () => {
    const client = await fixture.connect({ auth: { ticket: 'anna user' } });
    expect((await client.subscribe('system')).results[0]?.accepted).toBe(true);
    expect(codes(client)).toEqual([]);
  });

  it('is told before the token expires, and ends when it does', async () => {
    const client = await connect('ben user 6');
    await client.subscribe('tick:600519.SH');
    await waitUntil(() => codes(client).length > 0);
    expect(client.socket.connected).toBe(true);
    await waitUntil(() => !client.socket.connected);
    expect(codes(client)).toEqual(['TOKEN_EXPIRING', 'TOKEN_EXPIRED']);
  });

  it('goes on with all its rooms by a later token of the same user', async () => {
    const client = await connect('clara user 6');
    await client.subscribe('tick:600519.SH', 'system');
    await waitUntil(() => codes(client).length > 0);
    const { expiresAt } = await refresh(client, 'clara user 3600');
    expect(expiresAt).toBeGreaterThan(Date.now() + 3_000_000);
    await waitUntil(() => Date.now() > (firstShown.get('clara user 6') ?? 0) + 8000);
    expect(client.socket.connected).toBe(true);
    expect(codes(client)).toEqual(['TOKEN_EXPIRING']);
    expect((await client.unsubscribe('tick:600519.SH')).results[0]?.accepted).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ['of another user', 'dora user 3600', 'FORBIDDEN'],
    ['that is no good', 'nonsense', 'UNAUTHENTICATED'],
    ['of the wrong type', 7, 'INVALID_ARGUMENT'],
  ])('keeps what it has when it brings a token %s', async (_what, token, code) => {
    const client = await connect('eric user 3600');
    expect(await refresh(client, token)).toMatchObject({ error: { code, message: expect.any(String) } });
    expect((await client.subscribe('system')).results[0]?.accepted).toBe(true);
  });

  it('has the rights of its newest token, and leaves when it is in a room that they do not give', async () => {
    const client = await connect('fred pro 3600');
    const [accepted] = (await client.subscribe('tick:600519.SH')).results;
    expect(accepted).toMatchObject({ accepted: true, mode: 'raw' });
    expect(await refresh(client, 'fred trial 3600')).toMatchObject({ expiresAt: expect.any(Number) });
    await waitUntil(() => !client.socket.connected);
    expect(codes(client)).toEqual(['REVOKED']);
  });

  it('ends with its session', async () => {
    const [ended, other] = [await connect('gina user 3600'), await connect('hans user 3600')];
    const payload = { kind: 'session', id: 'session of gina' } as const;
    const event = authRevokedEvent.parse(createEvent('auth.revoked', payload));
    await fixture.bus.publish(TOPICS.authRevoked, [{ key: payload.id, value: event }]);
    await waitUntil(() => !ended.socket.connected);
    expect(codes(ended)).toEqual(['REVOKED']);
    expect(other.socket.connected).toBe(true);
  });
});
