import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { DEFAULT_POLICY } from '@quotefleet/access';
import { accessApi, createEvent, TOPIC_PARTITIONS, TOPICS, type VersionedPolicy } from '@quotefleet/contracts';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import { createApp, createMetrics, Health, type ListeningServer, listen, mount } from '@quotefleet/service-kit';
import { describeWith, uniqueName, waitUntil } from '@quotefleet/testing';
import { Router } from 'express';
import { type Fixture, silentLogger, startFixture, type TestClient } from './fixture.ts';
import { byText } from './written-tokens.ts';

jest.setTimeout(120_000);

/** "Within a second" on a machine that does nothing else; a busy one gets more. */
const SOON_MS = 5000;

describeWith('kafka', 'rights that change, on two nodes that read Kafka', (servers) => {
  let auth: ListeningServer;
  let bus: EventBus;
  let nodes: Fixture[];
  let kept: VersionedPolicy = { version: 1, policy: DEFAULT_POLICY };
  const [anna, ben] = [uniqueName('anna'), uniqueName('ben')];

  beforeAll(async () => {
    const routes = Router();
    mount(routes, accessApi.getPolicy, () => kept);
    const app = createApp({ logger: silentLogger, metrics: createMetrics('fake'), health: new Health(), routes });
    auth = await listen(app, { host: '127.0.0.1', port: 0 });
    bus = createKafkaBus({ brokers: servers.kafka.brokers, clientId: uniqueName('rights') });
    await bus.ensureTopics(
      [TOPICS.authRevoked, TOPICS.authPolicy].map((name) => ({ name, partitions: TOPIC_PARTITIONS })),
    );
    const node = () => startFixture({ bus, authenticator: byText, env: { QF_AUTH_URL: auth.url } });
    nodes = await Promise.all([node(), node()]);
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await bus.close();
    await auth.close();
  });

  const connectTo = (token: string) => Promise.all(nodes.map((node) => node.connect({ auth: { token } })));
  const codes = ({ messages }: TestClient) =>
    messages.filter(({ type }) => type === 'system').map(({ payload }) => (payload as { code: string }).code);
  async function endSoon(clients: readonly TestClient[], cause: () => Promise<unknown>): Promise<void> {
    const started = performance.now();
    await cause();
    await waitUntil(() => clients.every(({ socket }) => !socket.connected), { timeoutMs: SOON_MS });
    expect(performance.now() - started).toBeLessThan(SOON_MS);
    for (const client of clients) expect(codes(client)).toEqual(['REVOKED']);
  }

  it.each([
    ['a user', 'user', () => anna],
    ['a session', 'session', () => `session of ${anna}`],
  ])('end the connections of %s on both, and no others', async (_what, kind, idOf) => {
    const [concerned, others] = await Promise.all([connectTo(`${anna} user`), connectTo(`${ben} user`)]);
    await endSoon(concerned, () => {
      const value = createEvent('auth.revoked', { kind, id: idOf(), at: Date.now() });
      return bus.publish(TOPICS.authRevoked, [{ key: idOf(), value }]);
    });
    expect(others.every(({ socket }) => socket.connected)).toBe(true);
  });

  it('end the connections in a room that the policy takes away, on both, and no others', async () => {
    const [concerned, others] = await Promise.all([connectTo(`${anna} user`), connectTo(`${ben} user`)]);
    for (const client of concerned) await client.subscribe('tick:600519.SH');
    for (const client of others) await client.subscribe('tick:000001.SZ', 'system');
    await endSoon(concerned, () => {
      const rule = { id: 'no-moutai', role: 'user', kind: 'symbol', value: '600519.SH', effect: 'deny' } as const;
      kept = { version: 2, policy: { ...DEFAULT_POLICY, rows: [...DEFAULT_POLICY.rows, rule] } };
      return bus.publish(TOPICS.authPolicy, [{ key: 'policy', value: createEvent('auth.policy', { version: 2 }) }]);
    });
    expect(others.every(({ socket }) => socket.connected)).toBe(true);
  });
});
