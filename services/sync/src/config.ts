import { commonEnv, type Environment, envList, envPort, parseConfig } from '@quotefleet/service-kit';
import { z } from 'zod';

const syncEnv = commonEnv.extend({
  QF_SYNC_PORT: envPort.default(7004),
  QF_DATABASE_URL: z.url({ error: 'expected the URL of a PostgreSQL database' }),
  QF_KAFKA_BROKERS: envList.default(['127.0.0.1:9092']),
  QF_SYNC_POLL_MS: z.coerce.number().int().min(10).max(10_000).default(100),
});

export interface SyncConfig {
  host: string;
  port: number;
  logLevel: string;
  databaseUrl: string;
  kafkaBrokers: string[];
  /** How long an empty outbox is left alone. */
  pollIntervalMs: number;
}

export function readEnv(): Environment {
  return process.env;
}

/** @throws ConfigError naming each variable at fault */
export function parseSyncConfig(env: Environment): SyncConfig {
  const parsed = parseConfig(syncEnv, env);
  return {
    host: parsed.QF_HOST,
    port: parsed.QF_SYNC_PORT,
    logLevel: parsed.QF_LOG_LEVEL,
    databaseUrl: parsed.QF_DATABASE_URL,
    kafkaBrokers: parsed.QF_KAFKA_BROKERS,
    pollIntervalMs: parsed.QF_SYNC_POLL_MS,
  };
}
