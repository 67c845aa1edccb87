import { type CacheInvalidatePayload, createEvent, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import { createDataSource, initialize, prepareOutbox } from '@quotefleet/relational';
import {
  type Closers,
  createLogger,
  createMetrics,
  Health,
  type Logger,
  listen,
  type RunningService,
  startService,
} from '@quotefleet/service-kit';
import { createPostgresStore } from '@quotefleet/timeseries';
import type { MarketDataConfig } from './config.ts';
import { createMarketDataEvents, type MarketDataEvents } from './events.ts';
import { importBars } from './imports/import-bars.ts';
import { createTickIngest } from './ingest/ingest-ticks.ts';
import { TickSequencer } from './ingest/tick-sequencer.ts';
import { createDatabaseInstrumentStore } from './instruments/database-instrument-store.ts';
import { InstrumentDirectory } from './instruments/instrument-directory.ts';
import type { MarketDataContext } from './market-data-context.ts';
import { marketEntities, marketMigrations } from './migrations.ts';
import { createDatabaseQuarantineStore } from './quarantine/quarantine-store.ts';
import { DAILY_BARS, MINUTE_BARS, TICKS } from './series/series.ts';
import { createSeriesRouter } from './series/series-router.ts';
import { createServer } from './server.ts';
import { createSource } from './sources/create-source.ts';
import { FirstTicks } from './sources/first-ticks.ts';
import type { TickSink } from './sources/quote-source.ts';
import { StorageWriter } from './writer/storage-writer.ts';

const SERVICE = 'market-data';
const SCHEMA = 'market';

export interface MarketDataOverrides {
  bus?: EventBus;
  logger?: Logger;
}

/**
 * Starts the service in the roles of its config.
 * @throws ConfigError where the port is taken or the source cannot be read
 */
export function createMarketDataService(
  config: MarketDataConfig,
  overrides: MarketDataOverrides = {},
): Promise<RunningService> {
  return startService(async (closers) => {
    const logger = overrides.logger ?? createLogger({ service: SERVICE, level: config.logLevel });
    const metrics = createMetrics(SERVICE);
    const health = new Health();
    const events = createMarketDataEvents(logger, metrics);
    const context = await createContext(config, { overrides, events, closers, health, logger });
    if (config.roles.has('writer')) {
      const writer = await new StorageWriter(context).start();
      closers.add('storage writer', () => writer.close());
    }
    const app = createServer({ logger, metrics, health, context, servesApi: config.roles.has('api') });
    const server = await listen(app, { host: config.host, port: config.port });
    closers.add('http server', () => server.close());
    if (config.roles.has('source')) {
      const source = createSource(config.source, context);
      closers.add('source', () => source.stop());
      await source.start(openingSink(context, config, health));
    }
    return { name: SERVICE, url: server.url, health, logger };
  });
}

interface ContextParts {
  overrides: MarketDataOverrides;
  events: MarketDataEvents;
  closers: Closers;
  health: Health;
  logger: Logger;
}

async function createContext(
  config: MarketDataConfig,
  { overrides, events, closers, health, logger }: ContextParts,
): Promise<MarketDataContext> {
  const dataSource = createDataSource({
    url: config.databaseUrl,
    schema: SCHEMA,
    entities: marketEntities,
    migrations: marketMigrations,
  });
  await initialize(dataSource);
  closers.add('database', () => dataSource.destroy());
  await prepareOutbox(dataSource);
  const store = createSeriesStore(config, logger);
  closers.add('series', () => store.close());
  await store.prepareAll();
  const bus = overrides.bus ?? createKafkaBus({ brokers: [...config.kafkaBrokers], clientId: SERVICE });
  if (!overrides.bus) closers.add('bus', () => bus.close());
  await bus.ensureTopics(Object.values(TOPICS).map((name) => ({ name, partitions: TOPIC_PARTITIONS })));
  health.addCheck('database', () => dataSource.query('SELECT 1'));
  health.addCheck('series', () => store.check());
  health.addCheck('bus', () => bus.check());

  const instruments = createDatabaseInstrumentStore(dataSource);
  const directory = new InstrumentDirectory(instruments);
  const ingest = createTickIngest({ bus, directory, sequencer: new TickSequencer(), now: Date.now });
  const quarantine = createDatabaseQuarantineStore(dataSource);
  const changed = (symbols: ReadonlySet<string>) => invalidate(bus, symbols).catch(events.invalidationFailed);
  return {
    bus,
    dataSource,
    store,
    instruments,
    directory,
    ingest,
    events,
    importBars: async (request) => {
      const report = await importBars({ directory, store, quarantine, changed }, request);
      events.barsImported(report);
      return report;
    },
  };
}

/** A simulated exchange counts as up once its first ticks can be read, so that the first question has an answer. */
function openingSink(context: MarketDataContext, config: MarketDataConfig, health: Health): TickSink {
  const publish: TickSink = (ticks) => context.ingest.publish(ticks);
  if (config.source.kind !== 'sim') return publish;
  const firstTicks = new FirstTicks(context.store);
  health.addCheck('source', () => firstTicks.check());
  return async (ticks) => {
    await publish(ticks);
    firstTicks.saw(ticks);
  };
}

/** Ticks and minute bars live in the time-series database, daily bars in PostgreSQL; one store where both are one. */
function createSeriesStore(config: MarketDataConfig, logger: Logger) {
  const relational = createPostgresStore({ url: config.databaseUrl, schema: SCHEMA, logger });
  if (config.tsdbUrl === config.databaseUrl) {
    return createSeriesRouter([{ store: relational, series: [TICKS, MINUTE_BARS, DAILY_BARS] }]);
  }
  const timeSeries = createPostgresStore({ url: config.tsdbUrl, schema: SCHEMA, logger });
  return createSeriesRouter([
    { store: timeSeries, series: [TICKS, MINUTE_BARS] },
    { store: relational, series: [DAILY_BARS] },
  ]);
}

async function invalidate(bus: EventBus, symbols: ReadonlySet<string>): Promise<void> {
  await bus.publish(
    TOPICS.cacheInvalidate,
    [...symbols].map((symbol) => {
      const payload: CacheInvalidatePayload = { symbol, reason: 'import' };
      return { key: symbol, value: createEvent('cache.invalidate', payload) };
    }),
  );
}
