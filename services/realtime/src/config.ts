import { commonEnv, type Environment, envList, envPort, parseConfig } from '@quotefleet/service-kit';
import { z } from 'zod';

const realtimeEnv = commonEnv.extend({
  QF_REALTIME_PORT: envPort.default(7005),
  QF_AUTH_URL: z.url().default('http://127.0.0.1:7001'),
  QF_MARKET_DATA_URL: z.url().default('http://127.0.0.1:7002'),
  QF_REDIS_URL: z.url().optional(),
  QF_KAFKA_BROKERS: envList.default(['127.0.0.1:9092']),
  QF_REALTIME_FLUSH_MS: z.coerce.number().int().min(5).max(1000).default(50),
});

export interface RealtimeConfig {
  host: string;
  port: number;
  logLevel: string;
  authUrl: string;
  marketDataUrl: string;
  /** Carries what crosses nodes; one node alone needs none. */
  redisUrl: string | undefined;
  kafkaBrokers: string[];
  /** How often a connection is sent what its rooms have. */
  flushIntervalMs: number;
}

export function readEnv(): Environment {
  return process.env;
}

/** @throws ConfigError naming each variable at fault */
export function parseRealtimeConfig(env: Environment): RealtimeConfig {
  const parsed = parseConfig(realtimeEnv, env);
  return {
    host: parsed.QF_HOST,
    port: parsed.QF_REALTIME_PORT,
    logLevel: parsed.QF_LOG_LEVEL,
    authUrl: parsed.QF_AUTH_URL,
    marketDataUrl: parsed.QF_MARKET_DATA_URL,
    redisUrl: parsed.QF_REDIS_URL,
    kafkaBrokers: parsed.QF_KAFKA_BROKERS,
    flushIntervalMs: parsed.QF_REALTIME_FLUSH_MS,
  };
}
