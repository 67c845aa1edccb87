/** A realtime node as a process of its own, for tests that kill and stop it: everybody may sign in. */
import { createAccess, DEFAULT_POLICY } from '@quotefleet/access';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import type { Authenticator } from '@quotefleet/service-kit';
import { createRealtimeService, parseRealtimeConfig } from '../../src/index.ts';
import type { NodeOrder, NodeReport } from './node-messages.ts';

const tell = (report: NodeReport) => void process.send?.(report);
const groups: string[] = [];

const authenticator: Authenticator = {
  authenticate: async ({ apiKey = '' }) => ({ subject: apiKey, client: apiKey, role: 'service', scopes: ['read'] }),
  forget: () => true,
  noteUse: () => undefined,
  close: async () => undefined,
};

/** A bus that remembers the groups that read from it: members of them are what a test sends strangers into. */
function recorded(bus: EventBus): EventBus {
  return {
    ensureTopics: (topics) => bus.ensureTopics(topics),
    publish: (topic, events) => bus.publish(topic, events),
    subscribe: (options) => {
      groups.push(options.group);
      return bus.subscribe(options);
    },
    check: () => bus.check(),
    close: () => bus.close(),
  };
}

async function start(env: Record<string, string>): Promise<void> {
  const config = parseRealtimeConfig(env);
  const access = await createAccess(DEFAULT_POLICY);
  const bus = recorded(createKafkaBus({ brokers: config.kafkaBrokers, clientId: 'realtime-under-test' }));
  const service = await createRealtimeService(config, { bus, authenticator, policy: { current: () => access } });
  process.on('message', async (order: NodeOrder) => {
    if (order.kind === 'memory') {
      globalThis.gc?.();
      tell({ kind: 'memory', bytes: process.memoryUsage() });
    } else if (order.kind === 'stop') {
      await service.stop();
      await bus.close();
      process.disconnect();
    }
  });
  tell({ kind: 'started', url: service.url, groups });
}

// A node does not outlive its test.
process.once('disconnect', () => process.exit());
process.once('message', (order: NodeOrder) => {
  if (order.kind === 'start') void start(order.env);
});
