import { TIME_SERIES_DRIVERS, type TimeSeriesDriver } from '@quotefleet/data';
import type { ConfiguredDatabases } from '@quotefleet/transfer';
import { CliError } from '../cli-error.ts';

/** Options that name the databases of the fleet. */
export interface DatabaseOptions {
  databaseUrl?: string;
  tsdb?: string;
  tsdbUrl?: string;
}

/** The databases of the fleet, as far as they are named: what is said on the command line wins over the environment. */
export function findDatabases(
  options: DatabaseOptions,
  env: Readonly<Record<string, string | undefined>>,
): ConfiguredDatabases {
  const databaseUrl = options.databaseUrl ?? (env.QF_DATABASE_URL || undefined);
  const driver = options.tsdb ?? (env.QF_TSDB || 'postgres');
  if (!isDriver(driver)) throw new CliError(`expected --tsdb to be ${TIME_SERIES_DRIVERS.join(', ')}, was '${driver}'`);
  const url = options.tsdbUrl ?? (env.QF_TSDB_URL || (driver === 'postgres' ? databaseUrl : undefined));
  requireUrl('--database-url', databaseUrl);
  requireUrl('--tsdb-url', url);
  return { databaseUrl, ...(url === undefined ? {} : { timeSeries: { driver, url } }) };
}

function isDriver(name: string): name is TimeSeriesDriver {
  return TIME_SERIES_DRIVERS.some((driver) => driver === name);
}

function requireUrl(option: string, value: string | undefined): void {
  if (value !== undefined && !URL.canParse(value)) throw new CliError(`expected ${option} to be a URL, was '${value}'`);
}
