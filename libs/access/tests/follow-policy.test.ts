import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accessApi, createEvent, type Policy, TOPICS } from '@quotefleet/contracts';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import {
  createApp,
  createLogger,
  createMetrics,
  Health,
  type ListeningServer,
  listen,
  mount,
  unavailable,
} from '@quotefleet/service-kit';
import { waitUntil } from '@quotefleet/testing';
import { Router } from 'express';
import { DEFAULT_POLICY, type FollowedPolicy, followPolicy } from '../src/index.ts';

const logger = createLogger({ service: 'test', level: 'silent' });
const DAYS = (days: string): Policy => ({
  ...DEFAULT_POLICY,
  rows: [{ id: 'days', role: 'user', kind: 'historyDays', value: days, effect: 'allow' }],
});

describe('following the policy', () => {
  let bus: EventBus;
  let auth: ListeningServer;
  let answer: { version: number; policy: Policy } | undefined;
  let followed: FollowedPolicy | undefined;
  let asked: number;
  const daysOf = () => followed?.current().rowsOf('user').historyDays;
  const start = async (authUrl = auth.url) => {
    followed = await followPolicy({ authUrl, bus, group: 'test', logger });
    return followed;
  };
  const tell = (version: number) =>
    bus.publish(TOPICS.authPolicy, [{ key: 'policy', value: createEvent('auth.policy', { version }) }]);

  beforeEach(async () => {
    bus = createInProcessBus();
    answer = { version: 3, policy: DAYS('3') };
    asked = 0;
    const routes = Router();
    mount(routes, accessApi.getPolicy, () => {
      asked += 1;
      if (!answer) throw unavailable('away for the test');
      return answer;
    });
    const app = createApp({ logger, metrics: createMetrics('auth'), health: new Health(), routes });
    auth = await listen(app, { host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await followed?.close();
    await auth.close();
    await bus.close();
  });

  it('has it from the start where auth answers', async () => {
    expect((await start()).version()).toBe(3);
    expect(daysOf()).toBe(3);
  });

  it('has a change as soon as the bus tells of it', async () => {
    await start();
    answer = { version: 4, policy: DAYS('4') };
    await tell(4);
    await waitUntil(() => daysOf() === 4);
  });

  it('keeps the last known one while auth is away, and catches up afterwards', async () => {
    await start();
    answer = undefined;
    await tell(4);
    await waitUntil(() => asked > 2);
    expect(daysOf()).toBe(3);
    answer = { version: 4, policy: DAYS('4') };
    await waitUntil(() => daysOf() === 4);
  });

  it('asks again where auth does not have yet what the event told of', async () => {
    await start();
    await tell(5);
    answer = { version: 5, policy: DAYS('5') };
    await waitUntil(() => daysOf() === 5);
  });

  it('begins with the built-in one where auth is not there', async () => {
    answer = undefined;
    expect((await start()).version()).toBe(0);
    expect(daysOf()).toBe(Number.POSITIVE_INFINITY);
    answer = { version: 1, policy: DAYS('1') };
    await waitUntil(() => daysOf() === 1);
  });
});
