import { TIME_SERIES_DRIVERS, type TimeSeriesDriver } from '@quotefleet/data';
import type { ConfiguredDatabases } from '@quotefleet/transfer';
import { CliError } from '../cli-error.ts';
import { findTarget } from '../config.ts';

/** Options that name the databases of the fleet, or where it keeps its data. */
export interface DatabaseOptions {
  databaseUrl?: string;
  tsdb?: string;
  tsdbUrl?: string;
  dataDir?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The databases of the fleet, as far as they are known: what is said on the command line wins over the environment, and
 * where neither names PostgreSQL it is that of the running fleet.
 */
export function findDatabases(options: DatabaseOptions, env: Environment): ConfiguredDatabases {
  const named = options.databaseUrl ?? (env.QF_DATABASE_URL || undefined);
  const running = named === undefined ? findTarget(options, env).run?.databases : undefined;
  const databaseUrl = named ?? running?.url;
  const driver = options.tsdb ?? (env.QF_TSDB || running?.timeSeries.driver) ?? 'postgres';
  if (!isDriver(driver)) throw new CliError(`expected --tsdb to be ${TIME_SERIES_DRIVERS.join(', ')}, was '${driver}'`);
  const known = driver === running?.timeSeries.driver ? running.timeSeries.url : undefined;
  const url = options.tsdbUrl ?? (env.QF_TSDB_URL || known || (driver === 'postgres' ? databaseUrl : undefined));
  requireUrl('--database-url', databaseUrl);
  requireUrl('--tsdb-url', url);
  return { databaseUrl, ...(url === undefined ? {} : { timeSeries: { driver, url } }) };
}

/** The same for commands that cannot do without. @throws CliError naming what is missing */
export function requireDatabases(
  options: DatabaseOptions,
  env: Environment,
): Required<ConfiguredDatabases> & { databaseUrl: string } {
  const { databaseUrl, timeSeries } = findDatabases(options, env);
  if (databaseUrl === undefined) {
    const { dataDir } = findTarget(options, env);
    throw new CliError(`no fleet is running in ${dataDir}: name a database by --database-url or QF_DATABASE_URL`);
  }
  if (timeSeries === undefined) throw new CliError('name the time-series database by --tsdb-url or QF_TSDB_URL');
  return { databaseUrl, timeSeries };
}

function isDriver(name: string): name is TimeSeriesDriver {
  return TIME_SERIES_DRIVERS.some((driver) => driver === name);
}

function requireUrl(option: string, value: string | undefined): void {
  if (value !== undefined && !URL.canParse(value)) throw new CliError(`expected ${option} to be a URL, was '${value}'`);
}
