import {
  commonEnv,
  type Environment,
  envList,
  envPort,
  FORWARDED_FORMS,
  isAddressRange,
  type ProxyTrust,
  parseConfig,
} from '@quotefleet/service-kit';
import { envRedisUrl } from '@quotefleet/service-kit/redis';
import { z } from 'zod';
import { type ProtectionConfig, protectionEnv, protectionOf } from './protection/protection-config.ts';
import { DEFAULT_LIMITS, type RateLimits } from './rate-limit/policies.ts';
import type { BreakerOptions } from './upstreams/breaker.ts';
import type { BulkheadSizes } from './upstreams/upstream.ts';
import type { UpstreamName } from './upstreams/upstream-names.ts';
import { instanceUrls } from './upstreams/upstreams-section.ts';

export interface GatewayConfig extends ProxyTrust, ProtectionConfig {
  host: string;
  port: number;
  logLevel: string;
  kafkaBrokers: string[];
  /** Where the instances of each service answer. */
  upstreams: Readonly<Record<UpstreamName, readonly string[]>>;
  /** The gateway's file, read again whenever it changes; none where absent. */
  file: string | undefined;
  bulkheads: BulkheadSizes;
  /** Longest that what is open at a removed instance may go on. */
  drainMs: number;
  /** Where the nodes of the gateway count together; each counts by itself where it is absent. */
  redisUrl: string | undefined;
  /** A call that Redis has not counted by then is counted without it. */
  redisTimeoutMs: number;
  breaker: BreakerOptions;
  rateLimits: RateLimits;
}

const serviceUrls = (port: number) => envList.pipe(instanceUrls).default([`http://127.0.0.1:${port}`]);
const addressRange = z.string().refine(isAddressRange, 'expected an address or a CIDR range such as 10.0.0.0/8');
const count = (standard: number) => z.coerce.number().int().min(1).default(standard);

const gatewayEnv = commonEnv.extend({
  QF_PORT: envPort.default(8080),
  QF_AUTH_URL: serviceUrls(7001),
  QF_MARKET_DATA_URL: serviceUrls(7002),
  QF_CACHE_URL: serviceUrls(7003),
  QF_SYNC_URL: serviceUrls(7004),
  QF_REALTIME_URL: serviceUrls(7005),
  QF_KAFKA_BROKERS: envList.default([]),
  QF_REDIS_URL: envRedisUrl.optional(),
  QF_REDIS_TIMEOUT_MS: count(50),
  ...protectionEnv,
  QF_TRUSTED_PROXIES: envList.pipe(z.array(addressRange)).default([]),
  QF_FORWARDED_FORM: z.enum(FORWARDED_FORMS).default('x-forwarded'),
  QF_BREAKER_FAILURES: count(5),
  QF_BREAKER_SUCCESSES: count(2),
  QF_BREAKER_OPEN_MS: count(60_000),
  QF_GATEWAY_CONFIG: z.string().optional(),
  QF_DRAIN_MS: z.coerce.number().int().min(0).default(30_000),
});

/**
 * Above what one instance's 128 connections carry, so that a second one is of use; the queue is a burst of clients.
 * Slow clients hold the places of files for minutes.
 */
const BULKHEADS: BulkheadSizes = {
  reads: { concurrent: 512, queue: 2048 },
  writes: { concurrent: 128, queue: 512 },
  files: { concurrent: 256, queue: 256 },
};

export function readEnv(): Environment {
  return process.env;
}

/** @throws ConfigError naming each variable at fault */
export function parseGatewayConfig(env: Environment): GatewayConfig {
  const parsed = parseConfig(gatewayEnv, env);
  return {
    host: parsed.QF_HOST,
    port: parsed.QF_PORT,
    logLevel: parsed.QF_LOG_LEVEL,
    kafkaBrokers: parsed.QF_KAFKA_BROKERS,
    upstreams: {
      auth: parsed.QF_AUTH_URL,
      'market-data': parsed.QF_MARKET_DATA_URL,
      cache: parsed.QF_CACHE_URL,
      sync: parsed.QF_SYNC_URL,
      realtime: parsed.QF_REALTIME_URL,
    },
    file: parsed.QF_GATEWAY_CONFIG,
    bulkheads: BULKHEADS,
    drainMs: parsed.QF_DRAIN_MS,
    redisUrl: parsed.QF_REDIS_URL,
    redisTimeoutMs: parsed.QF_REDIS_TIMEOUT_MS,
    ...protectionOf(parsed),
    trustedProxies: parsed.QF_TRUSTED_PROXIES,
    forwardedForm: parsed.QF_FORWARDED_FORM,
    breaker: {
      failures: parsed.QF_BREAKER_FAILURES,
      successes: parsed.QF_BREAKER_SUCCESSES,
      openMs: parsed.QF_BREAKER_OPEN_MS,
    },
    rateLimits: DEFAULT_LIMITS,
  };
}
