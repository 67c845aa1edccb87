import { commonEnv, type Environment, envList, envPort, parseConfig } from '@quotefleet/service-kit';
import { z } from 'zod';
import type { BreakerOptions } from './proxy/breaker.ts';
import type { UpstreamName } from './proxy/upstream.ts';
import { DEFAULT_LIMITS, type RateLimits } from './rate-limit/policies.ts';
import { FORWARDED_FORMS, isAddressRange, type ProxyTrust } from './transform/trusted-proxies.ts';

export interface GatewayConfig extends ProxyTrust {
  host: string;
  port: number;
  logLevel: string;
  kafkaBrokers: string[];
  /** Where each service answers. */
  upstreams: Readonly<Record<UpstreamName, string>>;
  /** Origins whose pages may call the gateway; none but its own where empty. */
  corsOrigins: string[];
  breaker: BreakerOptions;
  limits: RateLimits;
}

const serviceUrl = (port: number) =>
  z.url({ protocol: /^https?$/, error: 'expected http://host:port' }).default(`http://127.0.0.1:${port}`);
const addressRange = z.string().refine(isAddressRange, 'expected an address or a CIDR range such as 10.0.0.0/8');
const count = (standard: number) => z.coerce.number().int().min(1).default(standard);

const gatewayEnv = commonEnv.extend({
  QF_PORT: envPort.default(8080),
  QF_AUTH_URL: serviceUrl(7001),
  QF_MARKET_DATA_URL: serviceUrl(7002),
  QF_CACHE_URL: serviceUrl(7003),
  QF_SYNC_URL: serviceUrl(7004),
  QF_REALTIME_URL: serviceUrl(7005),
  QF_KAFKA_BROKERS: envList.default([]),
  QF_CORS_ORIGINS: envList.default([]),
  QF_TRUSTED_PROXIES: envList.pipe(z.array(addressRange)).default([]),
  QF_FORWARDED_FORM: z.enum(FORWARDED_FORMS).default('x-forwarded'),
  QF_BREAKER_FAILURES: count(5),
  QF_BREAKER_SUCCESSES: count(2),
  QF_BREAKER_OPEN_MS: count(10_000),
});

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
    corsOrigins: parsed.QF_CORS_ORIGINS,
    trustedProxies: parsed.QF_TRUSTED_PROXIES,
    forwardedForm: parsed.QF_FORWARDED_FORM,
    breaker: {
      failures: parsed.QF_BREAKER_FAILURES,
      successes: parsed.QF_BREAKER_SUCCESSES,
      openMs: parsed.QF_BREAKER_OPEN_MS,
    },
    limits: DEFAULT_LIMITS,
  };
}
