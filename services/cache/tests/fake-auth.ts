import { accessApi, createEvent, type Policy, TOPICS } from '@quotefleet/contracts';
import type { EventBus } from '@quotefleet/messaging';
import { createApp, createLogger, createMetrics, Health, listen, mount } from '@quotefleet/service-kit';
import { Router } from 'express';

/** Stands in for auth: has the access policy, and tells of its changes. */
export interface FakeAuth {
  url: string;
  change(policy: Policy): Promise<void>;
  close(): Promise<void>;
}

export async function serveAuth(policy: Policy, bus: EventBus): Promise<FakeAuth> {
  let current = { version: 1, policy };
  const routes = Router();
  mount(routes, accessApi.getPolicy, () => current);
  const logger = createLogger({ service: 'fake', level: 'silent' });
  const app = createApp({ logger, metrics: createMetrics('fake'), health: new Health(), routes });
  const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    url,
    async change(next) {
      current = { version: current.version + 1, policy: next };
      const event = createEvent('auth.policy', { version: current.version });
      await bus.publish(TOPICS.authPolicy, [{ key: 'policy', value: event }]);
    },
    close: async () => close(),
  };
}
