import { createAccess, DEFAULT_POLICY } from '@quotefleet/access';
import { busPublisher, TickMaker, TickTraffic } from '@quotefleet/loadtest';
import { createInProcessBus } from '@quotefleet/messaging';
import { createRealtimeService, parseRealtimeConfig } from '@quotefleet/realtime';
import { createLogger } from '@quotefleet/service-kit';
import { benchSymbols, readWork } from './push-server.ts';

const NO_LIMIT = '10000000';

/**
 * A realtime node as it is, but for what stands around it: whoever comes is an administrator, and its bus lies within
 * the process where no Kafka is named.
 */
const work = readWork();
const symbols = benchSymbols(work.symbols);
const access = await createAccess(DEFAULT_POLICY);
const identity = { subject: 'bench', client: 'bench', role: 'admin', scopes: ['read' as const] };
const bus = work.kafkaBrokers ? undefined : createInProcessBus();
const service = await createRealtimeService(
  parseRealtimeConfig({
    QF_REALTIME_PORT: '0',
    QF_REALTIME_FLUSH_MS: String(work.flushMs),
    // All come from this machine and with one key.
    QF_REALTIME_CONNECTIONS_MAX: NO_LIMIT,
    QF_REALTIME_CONNECTIONS_PER_IP: NO_LIMIT,
    QF_REALTIME_CONNECTIONS_PER_USER: NO_LIMIT,
    QF_REALTIME_ADMISSIONS_PER_SECOND: NO_LIMIT,
    // Asked for nothing: a tick of each symbol comes before the first client.
    QF_MARKET_DATA_URL: 'http://127.0.0.1:9',
    ...(work.kafkaBrokers ? { QF_KAFKA_BROKERS: work.kafkaBrokers.join(',') } : {}),
  }),
  {
    ...(bus ? { bus } : {}),
    logger: createLogger({ service: 'realtime', level: 'warn' }),
    policy: { current: () => access },
    authenticator: {
      authenticate: async () => identity,
      forget: () => true,
      noteUse: () => undefined,
      close: async () => undefined,
    },
  },
);
if (bus) {
  const maker = new TickMaker(symbols, 'bench');
  const publish = busPublisher(bus);
  const next = (ts: number) => maker.next(ts);
  await publish(symbols.map(() => next(Date.now())));
  new TickTraffic({ next, publish, perSecond: work.ticksPerSecond });
}
process.stdout.write(`${JSON.stringify({ url: service.url })}\n`);
process.once('SIGTERM', () => process.exit(0));
