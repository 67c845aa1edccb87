import { resolve } from 'node:path';
import { commonEnv, type Environment, envList, envPort, parseConfig } from '@quotefleet/service-kit';
import { z } from 'zod';

/** What both run modes are told by the environment. */
export interface LaunchConfig {
  dataDir: string;
  host: string;
  port: number;
  /** The admin key to use; without one, that of the data directory or a new one. */
  apiKey: string | undefined;
  /** The master keys to use; without them, those of the data directory or a new one. */
  masterKey: string | undefined;
  /** Every variable as given: the services read their own from it. */
  env: Environment;
}

export interface FleetConfig extends LaunchConfig {
  realtimeNodes: number;
  /** Servers that run already; those without an address are started here. */
  external: { databaseUrl: string | undefined; kafkaBrokers: string[] | undefined; redisUrl: string | undefined };
}

/** What one machine may be asked for. */
const REALTIME_NODES_MAX = 16;
const API_KEY_PATTERN = /^[\x21-\x7e]{8,200}$/;

const launchSchema = commonEnv.extend({
  QF_PORT: envPort.default(8080),
  QF_DATA_DIR: z.string().optional(),
  QF_API_KEY: z.string().regex(API_KEY_PATTERN, 'expected 8 to 200 printable characters without a space').optional(),
  QF_SOURCE: z
    .string()
    .regex(/^(sim|none|replay:.+)$/s, 'expected sim, none or replay:PATH')
    .default('sim'),
});

const fleetSchema = launchSchema.extend({
  QF_REALTIME_NODES: z.coerce.number().int().min(1).max(REALTIME_NODES_MAX).default(1),
  QF_DATABASE_URL: z.string().optional(),
  QF_KAFKA_BROKERS: envList.optional(),
  QF_REDIS_URL: z.string().optional(),
});

export function readEnv(): Environment {
  return process.env;
}

/** Everything started here is for this machine: keys and passwords that would be refused elsewhere are taken. */
export function asLocal(env: Environment): Environment {
  return { ...env, QF_MODE: 'local' };
}

/** @throws ConfigError naming each variable at fault */
export function parseLocalConfig(env: Environment): LaunchConfig {
  return toLaunchConfig(parseConfig(launchSchema, env), env, '.quotefleet');
}

/** @throws ConfigError naming each variable at fault */
export function parseFleetConfig(env: Environment): FleetConfig {
  const given = parseConfig(fleetSchema, env);
  return {
    ...toLaunchConfig(given, env, '.quotefleet-fleet'),
    realtimeNodes: given.QF_REALTIME_NODES,
    external: {
      databaseUrl: given.QF_DATABASE_URL,
      kafkaBrokers: given.QF_KAFKA_BROKERS,
      redisUrl: given.QF_REDIS_URL,
    },
  };
}

function toLaunchConfig(given: z.infer<typeof launchSchema>, env: Environment, defaultDir: string): LaunchConfig {
  return {
    dataDir: resolve(given.QF_DATA_DIR ?? defaultDir),
    host: given.QF_HOST,
    port: given.QF_PORT,
    apiKey: given.QF_API_KEY,
    masterKey: env.QF_MASTER_KEY || undefined,
    env,
  };
}
