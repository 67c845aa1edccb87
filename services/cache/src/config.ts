import { commonEnv, type Environment, envList, envPort, parseConfig } from '@quotefleet/service-kit';
import { envRedisUrl } from '@quotefleet/service-kit/redis';
import { z } from 'zod';

const BYTES_PER_MB = 1024 * 1024;

const cacheEnv = commonEnv.extend({
  QF_CACHE_PORT: envPort.default(7003),
  QF_MARKET_DATA_URL: z.url().default('http://127.0.0.1:7002'),
  QF_AUTH_URL: z.url().default('http://127.0.0.1:7001'),
  QF_REDIS_URL: envRedisUrl.optional(),
  QF_KAFKA_BROKERS: envList.default(['127.0.0.1:9092']),
  QF_CACHE_MEMORY_MB: z.coerce.number().int().min(1).max(65_536).default(64),
});

export interface CacheConfig {
  host: string;
  port: number;
  logLevel: string;
  marketDataUrl: string;
  /** Where the access policy is. */
  authUrl: string;
  /** The second level, shared by the cache's nodes; none where absent. */
  redisUrl: string | undefined;
  kafkaBrokers: string[];
  /** What the answers in memory may take. */
  memoryBytesMax: number;
}

export function readEnv(): Environment {
  return process.env;
}

/** @throws ConfigError naming each variable at fault */
export function parseCacheConfig(env: Environment): CacheConfig {
  const parsed = parseConfig(cacheEnv, env);
  return {
    host: parsed.QF_HOST,
    port: parsed.QF_CACHE_PORT,
    logLevel: parsed.QF_LOG_LEVEL,
    authUrl: parsed.QF_AUTH_URL,
    marketDataUrl: parsed.QF_MARKET_DATA_URL,
    redisUrl: parsed.QF_REDIS_URL,
    kafkaBrokers: parsed.QF_KAFKA_BROKERS,
    memoryBytesMax: parsed.QF_CACHE_MEMORY_MB * BYTES_PER_MB,
  };
}
