import { join } from 'node:path';
import type { RunFile } from '@quotefleet/cli';
import type { EventBus } from '@quotefleet/messaging';
import { createLogger, type Environment, type Logger, type RunningService } from '@quotefleet/service-kit';
import type { LaunchConfig } from '../config.ts';
import { withoutMasterKey } from '../launch/data-dir.ts';
import { type Databases, databaseEnvironment } from '../launch/databases.ts';
import type { Launch } from '../launch/launch.ts';
import { RotatingFile } from '../launch/rotating-file.ts';
import type { ServiceModules } from '../launch/service-modules.ts';
import { together } from '../launch/together.ts';

interface ServiceSet {
  config: LaunchConfig;
  modules: ServiceModules;
  databases: Databases;
  bus: EventBus;
  apiKey: string;
  masterKey: string;
  launch: Launch;
}

/** Starts every service on a loopback port of its own, and the gateway last on the port clients know. */
export async function startServices({ config, modules, databases, bus, apiKey, masterKey, launch }: ServiceSet) {
  const { auth, marketData, sync, cache, realtime, gateway } = modules;
  const common = commonEnvironment(config, databases);
  const overrides = (service: string) => ({ bus, logger: fileLogger(config, service) });
  const [authService, marketDataService, syncService] = await startTogether(launch, [
    auth.createAuthService(
      auth.parseAuthConfig({
        ...common,
        QF_AUTH_PORT: '0',
        // Whoever reads the log of local mode is the one who registers.
        QF_EMAIL_WEBHOOK_URL: config.env.QF_EMAIL_WEBHOOK_URL || 'log',
        QF_BOOTSTRAP_API_KEY: apiKey,
        QF_MASTER_KEY: masterKey,
      }),
      overrides('auth'),
    ),
    marketData.createMarketDataService(
      marketData.parseMarketDataConfig({ ...common, QF_MARKET_DATA_PORT: '0' }),
      overrides('market-data'),
    ),
    sync.createSyncService(sync.parseSyncConfig({ ...common, QF_SYNC_PORT: '0' }), overrides('sync')),
  ]);
  launch.checkpoint();
  const urls = { ...common, QF_AUTH_URL: authService.url, QF_MARKET_DATA_URL: marketDataService.url };
  const [cacheService, realtimeService] = await startTogether(launch, [
    cache.createCacheService(cache.parseCacheConfig({ ...urls, QF_CACHE_PORT: '0' }), overrides('cache')),
    realtime.createRealtimeService(
      realtime.parseRealtimeConfig({ ...urls, QF_REALTIME_PORT: '0' }),
      overrides('realtime'),
    ),
  ]);
  launch.checkpoint();
  const [gatewayService] = await startTogether(launch, [
    gateway.createGatewayService(
      gateway.parseGatewayConfig({
        ...urls,
        QF_HOST: config.host,
        QF_PORT: String(config.port),
        QF_SYNC_URL: syncService.url,
        QF_CACHE_URL: cacheService.url,
        QF_REALTIME_URL: realtimeService.url,
      }),
      overrides('gateway'),
    ),
  ]);
  // The first to stop: through a gateway that stands, its clients hear that it does.
  launch.closers.add('sockets', () => realtimeService.stop());
  const all = [gatewayService, authService, marketDataService, cacheService, syncService, realtimeService];
  return { gateway: gatewayService, services: runFileServices(all) };
}

/** Starts services side by side; each that came up is stopped later, also when another of them failed. */
function startTogether<T extends readonly Promise<RunningService>[] | []>(launch: Launch, starts: T) {
  launch.closers.add('services', () => Promise.all(starts.map(stopIfStarted)));
  return together(starts);
}

async function stopIfStarted(start: Promise<RunningService>): Promise<void> {
  const service = await start.catch(() => undefined);
  await service?.stop();
}

/** What the services are told: local mode has no replica, no broker, no Redis, and one process for every role. */
function commonEnvironment({ env }: LaunchConfig, databases: Databases): Environment {
  return {
    ...databaseEnvironment(withoutMasterKey(env), databases),
    QF_HOST: '127.0.0.1',
    QF_DATABASE_REPLICA_URLS: undefined,
    QF_KAFKA_BROKERS: undefined,
    QF_REDIS_URL: undefined,
    QF_MARKET_DATA_ROLES: 'api,source,writer',
  };
}

function fileLogger({ dataDir, env }: LaunchConfig, service: string): Logger {
  const destination = new RotatingFile(join(dataDir, 'logs', `${service}.log`));
  return createLogger({ service, level: env.QF_LOG_LEVEL || 'info', destination });
}

function runFileServices(services: readonly RunningService[]): RunFile['services'] {
  return Object.fromEntries(services.map(({ name, url }) => [name, { url, pid: process.pid }]));
}
