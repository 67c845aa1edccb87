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
  if (text === 'db') return postgres(text, required(configured.databaseUrl, text, '--database-url or QF_DATABASE_URL'));
  if (text === 'tsdb') {
    const { driver, url } = required(configured.timeSeries, text, '--tsdb-url or QF_TSDB_URL');
    if (driver === 'postgres') return postgres(text, url);
    return store(text, driver, new URL(url), DEFAULT_DATABASE);
  }
  if (!URL.canParse(text)) throw new TransferError(`${EXPECTED}, was '${text}'`);
  const url = new URL(text);
  const name = decodeURIComponent(url.pathname.slice(1));
  switch (url.protocol) {
    case 'mysql:':
    case 'mariadb:':
      if (name === '') throw new TransferError(`${withoutPassword(url)} names no database: ${EXPECTED}`);
      return { kind: 'mysql', label: `mysql://${url.host}/${name}`, url: text };
    case 'postgres:':
    case 'postgresql:':
      return postgres(`postgres://${url.host}/${name}`, text);
    case 'tdengine:':
      return store(`tdengine://${url.host}/${name}`, 'tdengine', toHttp(text), name || DEFAULT_DATABASE);
    case 'influx:':
      return store(`influx://${url.host}/${name}`, 'influx', toHttp(text), name || DEFAULT_DATABASE);
    default:
      throw new TransferError(`${EXPECTED}, was '${withoutPassword(url)}'`);
  }
}

/** The schema is the fleet's, or that of `?schema=`. */
function postgres(label: string, text: string): Endpoint {
  if (!URL.canParse(text)) throw new TransferError(`${label}: expected postgres://user:password@host:port/database`);
  const url = new URL(text);
  const name = url.searchParams.get('schema') ?? DEFAULT_DATABASE;
  url.searchParams.delete('schema');
  return { kind: 'store', label, driver: 'postgres', url: url.href, name };
}

function store(label: string, driver: TimeSeriesDriver, url: URL, name: string): Endpoint {
  url.pathname = '/';
  return { kind: 'store', label, driver, url: url.href, name };
}

/** The address of a server that is spoken to over HTTP. */
function toHttp(text: string): URL {
  return new URL(text.replace(/^[a-z]+:/, 'http:'));
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
