import { randomUUID } from 'node:crypto';
import { type CacheInvalidatePayload, createEvent, TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';
import { type DataRow, openData, poolReports } from '@quotefleet/data';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import { createDataSource, dataSourcePool, initialize, prepareOutbox } from '@quotefleet/relational';
import {
  type Closers,
  createLogger,
  createMetrics,
  currentTraceId,
  Health,
  type Logger,
  listen,
  type Metrics,
  type RunningService,
  startService,
} from '@quotefleet/service-kit';
import { tableRegistry } from '@quotefleet/tables';
import { FactorBook } from './adjust/factor-book.ts';
import type { MarketDataConfig } from './config.ts';
import { countDatabase, sharedPool } from './database-pools.ts';
import { createMarketDataEvents, type MarketDataEvents } from './events.ts';
import { Housekeeping } from './housekeeping.ts';
import { importBars } from './imports/import-bars.ts';
import { Idempotency } from './ingest/idempotency.ts';
import { createDatabaseIdempotencyStore } from './ingest/idempotency-store.ts';
import { createRecordIngest } from './ingest/ingest-records.ts';
import { createTickIngest } from './ingest/ingest-ticks.ts';
import { TickSequencer } from './ingest/tick-sequencer.ts';
import { createDatabaseInstrumentStore } from './instruments/database-instrument-store.ts';
import { InstrumentDirectory } from './instruments/instrument-directory.ts';
import { InstrumentNames } from './instruments/instrument-names.ts';
import type { MarketDataContext } from './market-data-context.ts';
import { marketEntities, marketMigrations } from './migrations.ts';
import { createQualityCheck } from './quality/day-quality.ts';
import { createDatabaseQuarantineStore } from './quarantine/quarantine-store.ts';
import { createResubmit } from './quarantine/resubmit.ts';
import { followTicks, LastTicks } from './quotes/last-ticks.ts';
import { QuoteBoard } from './quotes/quote-board.ts';
import { openDualStore } from './series/dual-store.ts';
import { TICKS, TRADES } from './series/series.ts';
import { createServer } from './server.ts';
import { createSource } from './sources/create-source.ts';
import { FirstTicks } from './sources/first-ticks.ts';
import type { TickSink } from './sources/quote-source.ts';
import { createTradePublisher } from './trades/publish-trades.ts';
import type { StoredTrade } from './trades/trade.ts';
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
    const context = await createContext(config, { overrides, events, closers, health, logger, metrics });
    if (config.roles.has('writer')) {
      const quotes = new QuoteBoard(context.data, (error) => events.choreFailed('quotes', error));
      closers.add('quotes', () => quotes.close());
      const writer = await new StorageWriter({ ...context, quotes }).start();
      closers.add('storage writer', () => writer.close());
      const housekeeping = new Housekeeping(context);
      closers.add('housekeeping', () => housekeeping.close());
    }
    const servesApi = config.roles.has('api');
    if (servesApi) {
      const followed = await followTicks(context.lastTicks, { ...context, instanceId: randomUUID().slice(0, 8) });
      closers.add('last ticks', () => followed.close());
    }
    const app = createServer({ logger, metrics, health, context, servesApi });
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
  metrics: Metrics;
}

async function createContext(
  config: MarketDataConfig,
  { overrides, events, closers, health, logger, metrics }: ContextParts,
): Promise<MarketDataContext> {
  const dataSource = createDataSource({
    url: config.databaseUrl,
    schema: SCHEMA,
    entities: marketEntities,
    migrations: marketMigrations,
    pool: { ...sharedPool(config.pool), ...poolReports(logger) },
  });
  await initialize(dataSource);
  closers.add('database', () => dataSource.destroy());
  await prepareOutbox(dataSource);
  const { databaseUrl, replicaUrls, timeSeries, pool } = config;
  const timeSeriesStore = await openDualStore(config, { logger, metrics });
  const places = { databaseUrl, replicaUrls, timeSeries, timeSeriesStore, schema: SCHEMA };
  const data = openData({ registry: tableRegistry(), owner: SERVICE, ...places, pool, logger });
  closers.add('data', () => data.close());
  countDatabase(metrics, data, dataSourcePool(dataSource));
  await data.prepare();
  const bus = overrides.bus ?? createKafkaBus({ brokers: [...config.kafkaBrokers], clientId: SERVICE });
  if (!overrides.bus) closers.add('bus', () => bus.close());
  await bus.ensureTopics(Object.values(TOPICS).map((name) => ({ name, partitions: TOPIC_PARTITIONS })));
  health.addCheck('database', () => dataSource.query('SELECT 1'));
  health.addCheck('data', () => data.check());
  health.addCheck('bus', () => bus.check());
  return assemble({ dataSource, data, bus, events });
}

function assemble(parts: Pick<MarketDataContext, 'dataSource' | 'data' | 'bus' | 'events'>): MarketDataContext {
  const { dataSource, data, bus, events } = parts;
  const { series } = data;
  const instruments = createDatabaseInstrumentStore(dataSource);
  const directory = new InstrumentDirectory(instruments);
  const quarantine = createDatabaseQuarantineStore(dataSource);
  const table = data.registry.get(TICKS);
  const ingest = createTickIngest({ bus, directory, quarantine, sequencer: new TickSequencer(), table, now: Date.now });
  const changed = (symbols: ReadonlySet<string>) => invalidate(bus, symbols).catch(events.invalidationFailed);
  const publishTrades = createTradePublisher(bus);
  const announce = async (name: string, rows: readonly DataRow[]) => {
    if (name === TRADES) await publishTrades(rows as unknown as StoredTrade[], currentTraceId());
  };
  const ingestRecords = createRecordIngest({ data, directory, instruments, quarantine, changed, announce });
  return {
    ...parts,
    series,
    instruments,
    names: new InstrumentNames(instruments),
    directory,
    lastTicks: new LastTicks(series),
    factors: new FactorBook(data),
    ingest,
    publishTrades,
    ingestRecords,
    idempotency: new Idempotency(createDatabaseIdempotencyStore(dataSource)),
    quarantine,
    resubmit: createResubmit({ quarantine, registry: data.registry, ingest, ingestRecords }),
    checkQuality: createQualityCheck(data, instruments),
    importBars: async (request) => {
      const report = await importBars({ directory, series, quarantine, changed }, request);
      events.barsImported(report);
      return report;
    },
  };
}

/** A simulated exchange counts as up once its first ticks can be read, so that the first question has an answer. */
function openingSink(context: MarketDataContext, config: MarketDataConfig, health: Health): TickSink {
  const publish: TickSink = (ticks) => context.ingest.publish(ticks);
  if (config.source.kind !== 'sim') return publish;
  const firstTicks = new FirstTicks(context.series);
  health.addCheck('source', () => firstTicks.check());
  return async (ticks) => {
    await publish(ticks);
    firstTicks.saw(ticks);
  };
}

async function invalidate(bus: EventBus, symbols: ReadonlySet<string>): Promise<void> {
  const payloads: CacheInvalidatePayload[] =
    symbols.size === 0 ? [{ reason: 'import' }] : [...symbols].map((symbol) => ({ symbol, reason: 'import' }));
  const traceId = currentTraceId();
  await bus.publish(
    TOPICS.cacheInvalidate,
    payloads.map((payload) => ({
      key: payload.symbol ?? '',
      value: createEvent('cache.invalidate', payload, traceId),
    })),
  );
}
