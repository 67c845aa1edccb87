import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '@quotefleet/access';
import { accessApi, createEvent, type RowRule, TOPICS, type VersionedPolicy } from '@quotefleet/contracts';
import { createApp, createMetrics, Health, type ListeningServer, listen, mount } from '@quotefleet/service-kit';
import { waitUntil } from '@quotefleet/testing';
import { Router } from 'express';
import { type Fixture, publishTicks, silentLogger, startFixture, TRIAL_KEY } from './fixture.ts';
import { tickOf } from './payloads.ts';

const TICK = 'tick:600519.SH';
const DEPTH = 'depth:600519.SH';
const BAR = 'bar:600519.SH:1m';

describe('what a role may subscribe to', () => {
  let auth: ListeningServer;
  let fixture: Fixture;
  let kept: VersionedPolicy = { version: 1, policy: DEFAULT_POLICY };
  beforeAll(async () => {
    const routes = Router();
    mount(routes, accessApi.getPolicy, () => kept);
    const app = createApp({ logger: silentLogger, metrics: createMetrics('fake'), health: new Health(), routes });
    auth = await listen(app, { host: '127.0.0.1', port: 0 });
    fixture = await startFixture({ env: { QF_AUTH_URL: auth.url } });
  });
  afterAll(async () => {
    await fixture.stop();
    await auth.close();
  });

  async function change(...rules: RowRule[]): Promise<void> {
    const version = kept.version + 1;
    kept = { version, policy: { ...DEFAULT_POLICY, rows: [...DEFAULT_POLICY.rows, ...rules] } };
    await fixture.bus.publish(TOPICS.authPolicy, [{ key: 'policy', value: createEvent('auth.policy', { version }) }]);
  }
  /** Why rooms are refused, one after the other; undefined where they are not. */
  async function refusals(apiKey: string | undefined, ...rooms: string[]) {
    const client = await fixture.connect(apiKey === undefined ? {} : { auth: { apiKey } });
    const { results } = await client.subscribe(...rooms);
    client.socket.close();
    return results.map(({ reason }) => reason);
  }

  it('is late for a plan that sees the market late, and nothing where it has no live data', async () => {
    await publishTicks(fixture.bus, tickOf('600519.SH', 1));
    const client = await fixture.connect({ auth: { apiKey: TRIAL_KEY } });
    const { results } = await client.subscribe('system', TICK, BAR, DEPTH);
    expect(results.map(({ accepted, delaySeconds }) => [accepted, delaySeconds])).toEqual([
      [true, undefined],
      [true, 900],
      [true, 900],
      [false, undefined],
    ]);
    expect(results[1]?.snapshot).toBeUndefined();
    expect(results[3]?.reason).toContain(`the role trial may not join ${DEPTH}`);
    await change(
      { id: 'system', role: 'anonymous', kind: 'rooms', value: '*', effect: 'allow' },
      { id: 'no-trial', role: 'trial', kind: 'market', value: 'SH', effect: 'deny' },
    );
    await waitUntil(() => !client.socket.connected);
    expect(client.messages.at(-1)).toMatchObject({ type: 'system', payload: { code: 'REVOKED' } });
  });

  it('is what its symbols and fields are, and everything for a user', async () => {
    await change();
    await waitUntil(async () => (await refusals(undefined, TICK, DEPTH, BAR)).every((reason) => reason === undefined));
    await change({ id: 'no-asks', role: 'user', kind: 'field', value: 'ask*', effect: 'deny' });
    await waitUntil(async () => (await refusals(undefined, TICK))[0] !== undefined);
    const [byTick, byDepth, byBar] = await refusals(undefined, TICK, DEPTH, BAR);
    for (const reason of [byTick, byDepth]) expect(reason).toContain('may not see the field askPrices');
    expect(byBar).toBeUndefined();
  });

  it('ends connections in rooms that are taken away, within a second, and no others', async () => {
    await change();
    await waitUntil(async () => (await refusals(undefined, TICK))[0] === undefined);
    const [leaving, staying] = [await fixture.connect(), await fixture.connect()];
    await leaving.subscribe(TICK);
    await staying.subscribe('tick:000001.SZ', 'system');
    await change({ id: 'no-moutai', role: 'user', kind: 'symbol', value: '600519.SH', effect: 'deny' });
    await waitUntil(() => !leaving.socket.connected);
    expect(leaving.messages.at(-1)).toMatchObject({ type: 'system', payload: { code: 'REVOKED' } });
    expect(staying.socket.connected).toBe(true);
    const [reason] = await refusals(undefined, TICK);
    expect(reason).toContain('may not see 600519.SH');
  });
});
