import { join } from 'node:path';
import { createKafkaBus } from '@quotefleet/messaging';
import { findNative, type ServerProcess, startKafka, startPostgres, startRedis } from '@quotefleet/native-servers';
import { ConfigError } from '@quotefleet/service-kit';
import type { FleetConfig } from '../config.ts';
import type { Launch } from '../launch/launch.ts';
import { RotatingFile } from '../launch/rotating-file.ts';
import { together } from '../launch/together.ts';
import { FLEET_TOPICS } from '../launch/topics.ts';

/** Where the fleet's servers answer. */
export interface Servers {
  databaseUrl: string;
  kafkaBrokers: string[];
  redisUrl: string;
}

/**
 * Tells before anything is started which server this machine lacks.
 * @throws ConfigError with one sentence and the cure
 */
export function assertServersFound({ external }: FleetConfig): void {
  const { missing } = findNative();
  const lacking = [
    external.databaseUrl ? undefined : missing.postgres,
    external.kafkaBrokers ? undefined : missing.kafka,
    external.redisUrl ? undefined : missing.redis,
  ].filter((sentence) => sentence !== undefined);
  if (lacking.length > 0)
    throw new ConfigError(`fleet mode needs servers that this machine lacks: ${lacking.join('; ')}`);
}

/** Starts the servers that were not given by address, and makes the topics. */
export async function startServers({ dataDir, external }: FleetConfig, launch: Launch): Promise<Servers> {
  const running: ServerProcess[] = [];
  launch.closers.add('servers', () => Promise.all(running.map((server) => server.stop())));
  const start = async <S extends ServerProcess>(starting: Promise<S>): Promise<S> => {
    const server = await starting;
    running.push(server);
    return server;
  };
  const { databaseUrl, kafkaBrokers, redisUrl } = external;
  const [postgres, kafka, redis] = await together([
    databaseUrl ? Promise.resolve({ url: databaseUrl }) : start(startDatabase(dataDir)),
    kafkaBrokers ? Promise.resolve({ brokers: kafkaBrokers }) : start(startBroker(dataDir)),
    redisUrl ? Promise.resolve({ url: redisUrl }) : start(startSharedCache(dataDir)),
  ]);
  launch.checkpoint();
  await createTopics(kafka.brokers);
  return { databaseUrl: postgres.url, kafkaBrokers: kafka.brokers, redisUrl: redis.url };
}

function startDatabase(dataDir: string) {
  const log = logLines(dataDir, 'postgres');
  return startPostgres({ dataDir: join(dataDir, 'postgres'), database: 'quotefleet', persistent: true, log });
}

function startBroker(dataDir: string) {
  return startKafka({ dataDir: join(dataDir, 'kafka'), log: logLines(dataDir, 'kafka') });
}

function startSharedCache(dataDir: string) {
  return startRedis({ dir: join(dataDir, 'redis'), log: logLines(dataDir, 'redis') });
}

function logLines(dataDir: string, server: string): (line: string) => void {
  const file = new RotatingFile(join(dataDir, 'logs', `${server}.log`));
  return (line) => file.write(`${line}\n`);
}

async function createTopics(brokers: string[]): Promise<void> {
  const bus = createKafkaBus({ brokers, clientId: 'fleet' });
  try {
    await bus.ensureTopics(FLEET_TOPICS);
  } finally {
    await bus.close();
  }
}
