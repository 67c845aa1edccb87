import { resolve } from 'node:path';
import { freePort } from '@quotefleet/native-servers';
import type { Environment } from '@quotefleet/service-kit';
import type { FleetConfig } from '../config.ts';
import { withoutMasterKey } from '../launch/data-dir.ts';
import { type Databases, databaseEnvironment } from '../launch/databases.ts';
import type { ChildSpec } from './child-service.ts';
import type { Servers } from './servers.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const HOST = '127.0.0.1';

interface FleetFacts {
  servers: Servers;
  databases: Databases;
  apiKey: string;
  masterKey: string;
}

/** Every process of the fleet, the gateway last. The storage writer runs apart from the ingest owner. */
export async function planServices(
  config: FleetConfig,
  { servers, databases, apiKey, masterKey }: FleetFacts,
): Promise<ChildSpec[]> {
  const common: Environment = {
    ...databaseEnvironment(withoutMasterKey(config.env), databases),
    QF_HOST: HOST,
    // Replicas are of a server that was named: one that was started here has none.
    QF_DATABASE_REPLICA_URLS: config.external.databaseUrl && config.env.QF_DATABASE_REPLICA_URLS,
    QF_KAFKA_BROKERS: servers.kafkaBrokers.join(','),
    QF_REDIS_URL: servers.redisUrl,
  };
  const [auth, marketData, writer, cache, sync, free, ...realtime] = await freePorts(config.realtimeNodes);
  const gateway = config.port === 0 ? free : String(config.port);
  const urls: Environment = {
    ...common,
    QF_AUTH_URL: `http://${HOST}:${auth}`,
    QF_MARKET_DATA_URL: `http://${HOST}:${marketData}`,
    QF_CACHE_URL: `http://${HOST}:${cache}`,
    QF_SYNC_URL: `http://${HOST}:${sync}`,
    QF_REALTIME_URL: realtime.map((port) => `http://${HOST}:${port}`).join(','),
  };
  const service = (name: string, folder: string, port: string, env: Environment): ChildSpec => ({
    name,
    main: resolve(REPOSITORY, folder, 'src/main.ts'),
    url: `http://${HOST}:${port}`,
    env,
  });
  return [
    service('auth', 'services/auth', auth, {
      ...common,
      QF_AUTH_PORT: auth,
      QF_BOOTSTRAP_API_KEY: apiKey,
      QF_MASTER_KEY: masterKey,
    }),
    service('market-data', 'services/market-data', marketData, {
      ...common,
      QF_MARKET_DATA_PORT: marketData,
      QF_MARKET_DATA_ROLES: 'api,source',
    }),
    service('market-data-writer', 'services/market-data', writer, {
      ...common,
      QF_MARKET_DATA_PORT: writer,
      QF_MARKET_DATA_ROLES: 'writer',
    }),
    service('cache', 'services/cache', cache, { ...urls, QF_CACHE_PORT: cache }),
    service('sync', 'services/sync', sync, { ...common, QF_SYNC_PORT: sync }),
    ...realtime.map((port, index) => {
      const name = index === 0 ? 'realtime' : `realtime-${index + 1}`;
      return service(name, 'services/realtime', port, { ...urls, QF_REALTIME_PORT: port });
    }),
    service('gateway', 'gateway', gateway, { ...urls, QF_HOST: config.host, QF_PORT: gateway }),
  ];
}

type Ports = [string, string, string, string, string, string, ...string[]];

/** Ports for the services, which only the gateway has to find, one for a gateway that may have any, those of realtime last. */
async function freePorts(realtimeNodes: number): Promise<Ports> {
  const ports = await Promise.all(Array.from({ length: 6 + realtimeNodes }, () => freePort()));
  return ports.map(String) as Ports;
}
