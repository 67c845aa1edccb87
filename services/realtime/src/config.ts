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
import type { AdmissionLimits } from './admission/admission.ts';

/** Proxies of this machine are believed in any case: who speaks from here is no stranger. */
const LOOPBACK = ['127.0.0.0/8', '::1'];

const addressRange = z.string().refine(isAddressRange, 'expected an address or a CIDR range such as 10.0.0.0/8');
const origin = z
  .string()
  .refine((text) => text === '*' || isOrigin(text), 'expected an origin such as https://example.com, or *');
const count = (standard: number) => z.coerce.number().int().min(1).default(standard);

const realtimeEnv = commonEnv.extend({
  QF_REALTIME_PORT: envPort.default(7005),
  QF_AUTH_URL: z.url().default('http://127.0.0.1:7001'),
  QF_MARKET_DATA_URL: z.url().default('http://127.0.0.1:7002'),
  QF_REDIS_URL: envRedisUrl.optional(),
  QF_REALTIME_CHANNEL: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'expected letters, digits, dots and dashes')
    .default('quotefleet'),
  QF_KAFKA_BROKERS: envList.default(['127.0.0.1:9092']),
  QF_REALTIME_REPLAY_EVENTS: z.coerce.number().int().min(1).max(10_000_000).default(100_000),
  QF_REALTIME_FLUSH_MS: z.coerce.number().int().min(5).max(1000).default(50),
  QF_REALTIME_ORIGINS: envList.pipe(z.array(origin)).optional(),
  QF_REALTIME_CONNECTIONS_MAX: count(50_000),
  QF_REALTIME_CONNECTIONS_PER_IP: count(1000),
  QF_REALTIME_CONNECTIONS_PER_USER: count(1000),
  QF_REALTIME_ADMISSIONS_PER_SECOND: count(500),
  QF_TRUSTED_PROXIES: envList.pipe(z.array(addressRange)).default([]),
  QF_FORWARDED_FORM: z.enum(FORWARDED_FORMS).default('x-forwarded'),
});

export interface RealtimeConfig extends ProxyTrust {
  host: string;
  port: number;
  logLevel: string;
  authUrl: string;
  marketDataUrl: string;
  /** Carries what crosses nodes; one node alone needs none. */
  redisUrl: string | undefined;
  /** Nodes that share a Redis hear each other where this is the same. */
  channel: string;
  kafkaBrokers: string[];
  /** Ticks, and bars, that are kept for clients who come back: of all symbols together. */
  replayEvents: number;
  /** How often a connection is sent what its rooms have. */
  flushIntervalMs: number;
  /** Origins whose pages may connect, `*` for any; those of the host that is called where absent. */
  origins: readonly string[] | undefined;
  admission: AdmissionLimits;
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
    channel: parsed.QF_REALTIME_CHANNEL,
    kafkaBrokers: parsed.QF_KAFKA_BROKERS,
    replayEvents: parsed.QF_REALTIME_REPLAY_EVENTS,
    flushIntervalMs: parsed.QF_REALTIME_FLUSH_MS,
    origins: parsed.QF_REALTIME_ORIGINS,
    admission: {
      connections: parsed.QF_REALTIME_CONNECTIONS_MAX,
      perAddress: parsed.QF_REALTIME_CONNECTIONS_PER_IP,
      perUser: parsed.QF_REALTIME_CONNECTIONS_PER_USER,
      admissionsPerSecond: parsed.QF_REALTIME_ADMISSIONS_PER_SECOND,
    },
    trustedProxies: [...LOOPBACK, ...parsed.QF_TRUSTED_PROXIES],
    forwardedForm: parsed.QF_FORWARDED_FORM,
  };
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
