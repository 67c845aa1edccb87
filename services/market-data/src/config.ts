import { type PoolSettings, TIME_SERIES_DRIVERS, type TimeSeriesDriver } from '@quotefleet/data';
import {
  CALENDAR_FIRST,
  CALENDAR_LAST,
  CalendarRangeError,
  DateError,
  isTradingDay,
  parseTradeDate,
} from '@quotefleet/domain';
import { commonEnv, type Environment, envList, envPort, parseConfig } from '@quotefleet/service-kit';
import { z } from 'zod';

const ROLES = ['api', 'source', 'writer'] as const;
export type Role = (typeof ROLES)[number];

/** Where ticks come from: the simulated exchange, recorded files, or only what is handed in. */
export type SourceConfig =
  | { kind: 'sim'; speed: number; seed: number; start: string | undefined; historyDays: number }
  | { kind: 'replay'; path: string; speed: number }
  | { kind: 'none' };

export interface SecondaryConfig {
  driver: TimeSeriesDriver;
  url: string;
  /** Directory for what the second database missed. */
  journal: string;
}

export interface MarketDataConfig {
  host: string;
  port: number;
  logLevel: string;
  databaseUrl: string;
  /** A second time-series database that is written too, while one takes over from the other. */
  secondary: SecondaryConfig | undefined;
  /** Where ticks, minute bars and depth live; PostgreSQL again unless another is named. */
  timeSeries: { driver: TimeSeriesDriver; url: string };
  /** Streaming replicas of the database, which answer reads. */
  replicaUrls: readonly string[];
  /** Connections to the database, and to each replica. */
  pool: Required<Pick<PoolSettings, 'max' | 'overflow' | 'recycleAfterMs' | 'acquireTimeoutMs' | 'slowQueryMs'>>;
  kafkaBrokers: readonly string[];
  roles: ReadonlySet<Role>;
  source: SourceConfig;
}

const speed = z
  .union([z.literal('max').transform(() => Number.POSITIVE_INFINITY), z.coerce.number().min(0.01).max(100_000)])
  .default(1);

const databaseUrl = z.string().regex(/^postgres(ql)?:\/\//, 'expected postgres://user:password@host:port/database');

const schema = commonEnv.extend({
  QF_MARKET_DATA_PORT: envPort.default(7002),
  QF_DATABASE_URL: z.string({ error: 'expected postgres://user:password@host:port/database' }),
  QF_TSDB: z.enum(TIME_SERIES_DRIVERS).default('postgres'),
  QF_TSDB_URL: z.url('expected the URL of the time-series database').optional(),
  QF_TSDB_SECONDARY: z.enum(TIME_SERIES_DRIVERS).optional(),
  QF_TSDB_SECONDARY_URL: z.url('expected the URL of the second time-series database').optional(),
  QF_TSDB_SECONDARY_JOURNAL: z.string().optional(),
  QF_DATABASE_REPLICA_URLS: envList.pipe(z.array(databaseUrl)).default([]),
  QF_DATABASE_POOL_MAX: z.coerce.number().int().min(1).max(1000).default(20),
  QF_DATABASE_POOL_OVERFLOW: z.coerce.number().int().min(0).max(1000).default(40),
  QF_DATABASE_POOL_RECYCLE_S: z.coerce.number().int().min(1).max(86_400).default(3600),
  QF_DATABASE_ACQUIRE_TIMEOUT_MS: z.coerce.number().int().min(1).max(600_000).default(30_000),
  QF_DATABASE_SLOW_QUERY_MS: z.coerce.number().int().min(0).max(600_000).default(500),
  QF_KAFKA_BROKERS: envList.default([]),
  QF_MARKET_DATA_ROLES: envList.pipe(z.array(z.enum(ROLES)).min(1)).default([...ROLES]),
  QF_SOURCE: z
    .string()
    .regex(/^(sim|none|replay:.+)$/, 'expected sim, none or replay:PATH')
    .default('sim'),
  QF_SIM_SPEED: z.coerce
    .number()
    .min(0.1, 'expected a speed from 0.1 to 1000')
    .max(1000, 'expected a speed from 0.1 to 1000')
    .default(1),
  QF_SIM_SEED: z.coerce.number().int().min(0).default(1),
  QF_SIM_START: z
    .string()
    .regex(/^\d{4}-?\d{2}-?\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$/, 'expected YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS')
    .refine(isOnTradingDay, `expected a trading day from ${CALENDAR_FIRST} to ${CALENDAR_LAST}`)
    .optional(),
  QF_SIM_HISTORY_DAYS: z.coerce.number().int().min(0).max(1000).default(250),
  QF_REPLAY_SPEED: speed,
});

/** How the URLs of each kind of time-series database begin. */
const TSDB_URL = { postgres: /^postgres(ql)?:/, tdengine: /^(https?|wss?):/, influx: /^https?:/ };

const checkedSchema = schema.refine(
  ({ QF_TSDB, QF_TSDB_URL, QF_DATABASE_URL }) => TSDB_URL[QF_TSDB].test(QF_TSDB_URL ?? QF_DATABASE_URL),
  { path: ['QF_TSDB_URL'], error: 'expected the URL of the time-series database that QF_TSDB names' },
);

/** All three or none. */
const dualSchema = checkedSchema.refine(
  ({ QF_TSDB_SECONDARY: driver, QF_TSDB_SECONDARY_URL: url, QF_TSDB_SECONDARY_JOURNAL: journal }) =>
    driver === undefined ? url === undefined && journal === undefined : TSDB_URL[driver].test(url ?? '') && !!journal,
  {
    path: ['QF_TSDB_SECONDARY'],
    error: 'expected a driver with its QF_TSDB_SECONDARY_URL, and a directory as QF_TSDB_SECONDARY_JOURNAL',
  },
);

function isOnTradingDay(text: string): boolean {
  try {
    return isTradingDay(parseTradeDate(text.slice(0, text.includes('-') ? 10 : 8)));
  } catch (error) {
    if (error instanceof DateError || error instanceof CalendarRangeError) return false;
    throw error;
  }
}

/** @throws ConfigError naming each variable at fault */
export function parseMarketDataConfig(env: Environment): MarketDataConfig {
  const values = parseConfig(dualSchema, env);
  return {
    host: values.QF_HOST,
    port: values.QF_MARKET_DATA_PORT,
    logLevel: values.QF_LOG_LEVEL,
    databaseUrl: values.QF_DATABASE_URL,
    timeSeries: { driver: values.QF_TSDB, url: values.QF_TSDB_URL ?? values.QF_DATABASE_URL },
    secondary: secondaryConfig(values),
    replicaUrls: values.QF_DATABASE_REPLICA_URLS,
    pool: {
      max: values.QF_DATABASE_POOL_MAX,
      overflow: values.QF_DATABASE_POOL_OVERFLOW,
      recycleAfterMs: values.QF_DATABASE_POOL_RECYCLE_S * 1000,
      acquireTimeoutMs: values.QF_DATABASE_ACQUIRE_TIMEOUT_MS,
      slowQueryMs: values.QF_DATABASE_SLOW_QUERY_MS,
    },
    kafkaBrokers: values.QF_KAFKA_BROKERS,
    roles: new Set(values.QF_MARKET_DATA_ROLES),
    source: sourceConfig(values),
  };
}

function secondaryConfig(values: z.infer<typeof schema>): SecondaryConfig | undefined {
  const { QF_TSDB_SECONDARY: driver, QF_TSDB_SECONDARY_URL: url, QF_TSDB_SECONDARY_JOURNAL: journal } = values;
  return driver && url && journal ? { driver, url, journal } : undefined;
}

function sourceConfig(values: z.infer<typeof schema>): SourceConfig {
  if (values.QF_SOURCE === 'none') return { kind: 'none' };
  if (values.QF_SOURCE.startsWith('replay:')) {
    return { kind: 'replay', path: values.QF_SOURCE.slice('replay:'.length), speed: values.QF_REPLAY_SPEED };
  }
  return {
    kind: 'sim',
    speed: values.QF_SIM_SPEED,
    seed: values.QF_SIM_SEED,
    start: values.QF_SIM_START,
    historyDays: values.QF_SIM_HISTORY_DAYS,
  };
}

/** The process environment: read here and nowhere else. */
export function readEnv(): Environment {
  return process.env;
}
