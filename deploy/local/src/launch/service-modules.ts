import { existsSync } from 'node:fs';
import { generateMasterKey } from '@quotefleet/secrets';
import { ConfigError, type Environment } from '@quotefleet/service-kit';

/** The code of every service. */
export async function loadServices() {
  const [auth, marketData, sync, cache, realtime, gateway] = await Promise.all([
    import('@quotefleet/auth'),
    import('@quotefleet/market-data'),
    import('@quotefleet/sync'),
    import('@quotefleet/cache'),
    import('@quotefleet/realtime'),
    import('@quotefleet/gateway'),
  ]);
  return { auth, marketData, sync, cache, realtime, gateway };
}

export type ServiceModules = Awaited<ReturnType<typeof loadServices>>;

/** Stands for what is known only once the servers run and the data directory is ours. */
const PLACEHOLDERS: Environment = {
  QF_DATABASE_URL: 'postgres://user:password@127.0.0.1:5432/database',
  QF_KAFKA_BROKERS: '127.0.0.1:9092',
  QF_MASTER_KEY: generateMasterKey(),
};

/**
 * Has every service read the environment before anything is started.
 * @throws ConfigError naming each variable at fault
 */
export function assertEnvironment(modules: ServiceModules, given: Environment): void {
  const env = { ...PLACEHOLDERS, ...given };
  const recording = /^replay:(.+)$/s.exec(given.QF_SOURCE ?? '')?.[1];
  if (recording !== undefined && !existsSync(recording))
    throw new ConfigError(`QF_SOURCE: there is no file or folder ${recording}`);
  modules.marketData.parseMarketDataConfig(env);
  modules.auth.parseAuthConfig(env);
  modules.cache.parseCacheConfig(env);
  modules.sync.parseSyncConfig(env);
  modules.realtime.parseRealtimeConfig(env);
  modules.gateway.parseGatewayConfig(env);
}
