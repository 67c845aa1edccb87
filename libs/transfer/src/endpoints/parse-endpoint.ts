import type { TimeSeriesDriver } from '@quotefleet/data';
import { TransferError } from '../transfer-error.ts';

/** The databases of a deployment, as far as they are known. */
export interface ConfiguredDatabases {
  databaseUrl?: string | undefined;
  timeSeries?: { driver: TimeSeriesDriver; url: string } | undefined;
}

/** A database that rows come from or go to; `label` names it without its password. */
export type Endpoint =
  | { kind: 'mysql'; label: string; url: string }
  | { kind: 'store'; label: string; driver: TimeSeriesDriver; url: string; name: string };

/** The database, or schema of PostgreSQL, that the fleet keeps series in. */
export const DEFAULT_DATABASE = 'market';

const EXPECTED =
  'expected tsdb, db, mysql://user:password@host:port/database, postgres://user:password@host:port/database, tdengine://host:6041/database or influx://host:8086/database';

/**
 * Reads where rows come from or go to.
 * @throws TransferError saying what was expected
 */
export function parseEndpoint(text: string, configured: ConfiguredDatabases): Endpoint {
  if (text === 'db') return postgres(required(configured.databaseUrl, text, '--database-url or QF_DATABASE_URL'));
  if (text === 'tsdb') {
    const { driver, url } = required(configured.timeSeries, text, '--tsdb-url or QF_TSDB_URL');
    return driver === 'postgres' ? postgres(url) : overHttp(driver, new URL(url));
  }
  if (!URL.canParse(text)) throw new TransferError(`${EXPECTED}, was '${text}'`);
  const url = new URL(text);
  switch (url.protocol) {
    case 'mysql:':
    case 'mariadb:':
      return mysql(url);
    case 'postgres:':
    case 'postgresql:':
      return postgres(text);
    case 'tdengine:':
      return overHttp('tdengine', url);
    case 'influx:':
      return overHttp('influx', url);
    default:
      throw new TransferError(`${EXPECTED}, was '${withoutPassword(url)}'`);
  }
}

function mysql(url: URL): Endpoint {
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database === '') throw new TransferError(`${withoutPassword(url)} names no database: ${EXPECTED}`);
  return { kind: 'mysql', label: `mysql://${url.host}/${database}`, url: url.href };
}

/** The schema is the fleet's, or that of `?schema=`. */
function postgres(text: string): Endpoint {
  const url = new URL(text);
  const name = url.searchParams.get('schema') ?? DEFAULT_DATABASE;
  url.searchParams.delete('schema');
  const label = `postgres://${url.host}${url.pathname}${name === DEFAULT_DATABASE ? '' : `?schema=${name}`}`;
  return { kind: 'store', label, driver: 'postgres', url: url.href, name };
}

/** The database is the fleet's, or that of the path. */
function overHttp(driver: 'tdengine' | 'influx', address: URL): Endpoint {
  const name = decodeURIComponent(address.pathname.slice(1)) || DEFAULT_DATABASE;
  const secure = address.protocol === 'https:';
  const url = new URL(address.href.replace(/^[a-z]+:/, secure ? 'https:' : 'http:'));
  url.pathname = '/';
  return { kind: 'store', label: `${driver}://${url.host}/${name}`, driver, url: url.href, name };
}

function required<T>(value: T | undefined, word: string, where: string): T {
  if (value === undefined) throw new TransferError(`'${word}' is not known here: name the database with ${where}`);
  return value;
}

function withoutPassword(url: URL): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}
