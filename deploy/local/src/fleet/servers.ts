import { join } from 'node:path';
import { createKafkaBus } from '@quotefleet/messaging';
import { findNative, startKafka, startPostgres, startRedis } from '@quotefleet/native-servers';
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
    throw new ConfigError(`fleet mode needs its servers (npm run servers): ${lacking.join('; ')}`);
}

/** Starts the servers that were not given by address, and makes the topics. */
export async function startServers({ dataDir, external }: FleetConfig, launch: Launch): Promise<Servers> {
  const [databaseUrl, kafkaBrokers, redisUrl] = await together([
    external.databaseUrl ? Promise.resolve(external.databaseUrl) : startDatabase(dataDir, launch),
    external.kafkaBrokers ? Promise.resolve(external.kafkaBrokers) : startBroker(dataDir, launch),
    external.redisUrl ? Promise.resolve(external.redisUrl) : startCache(dataDir, launch),
  ]);
  launch.checkpoint();
  await createTopics(kafkaBrokers);
  return { databaseUrl, kafkaBrokers, redisUrl };
}

async function startDatabase(dataDir: string, launch: Launch): Promise<string> {
  const postgres = await startPostgres({
    dataDir: join(dataDir, 'postgres'),
    database: 'quotefleet',
    persistent: true,
    log: logLines(dataDir, 'postgres'),
  });
  launch.closers.add('PostgreSQL', () => postgres.stop());
  return postgres.url;
}

async function startBroker(dataDir: string, launch: Launch): Promise<string[]> {
  const kafka = await startKafka({ dataDir: join(dataDir, 'kafka'), log: logLines(dataDir, 'kafka') });
  launch.closers.add('Kafka', () => kafka.stop());
  return kafka.brokers;
}

async function startCache(dataDir: string, launch: Launch): Promise<string> {
  const redis = await startRedis({ dir: join(dataDir, 'redis'), log: logLines(dataDir, 'redis') });
  launch.closers.add('Redis', () => redis.stop());
  return redis.url;
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
