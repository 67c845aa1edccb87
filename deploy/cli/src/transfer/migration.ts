import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { seriesDefinition } from '@quotefleet/data';
import { type TableDefinition, tableRegistry } from '@quotefleet/tables';
import {
  type Endpoint,
  type MigrateOptions,
  type MigrationIdentity,
  parseDays,
  parseEndpoint,
  parseMapping,
  type SourceMapping,
  seriesTables,
} from '@quotefleet/transfer';
import { CliError } from '../cli-error.ts';
import { type DatabaseOptions, findDatabases } from './find-databases.ts';
import { parseNames } from './parse-names.ts';

export interface MigrationOptions extends DatabaseOptions {
  from?: string;
  to: string;
  table?: string;
  symbols?: string;
  fromDate?: string;
  toDate?: string;
  mapping?: string;
}

/** What is moved or compared, read from what was typed. */
export interface Migration {
  from: Endpoint;
  to: Endpoint;
  tables: readonly TableDefinition[];
  mapping: SourceMapping | undefined;
  rows: Pick<MigrateOptions, 'series' | 'symbols' | 'days'>;
  identity: MigrationIdentity;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function parseMigration(options: MigrationOptions, env: Environment): Migration {
  const names = parseNames(options.table);
  if (options.from === undefined) throw new CliError('name where the rows come from: --from');
  if (names === undefined) throw new CliError('name the tables to move: --table');
  const databases = findDatabases(options, env);
  const [from, to] = [parseEndpoint(options.from, databases), parseEndpoint(options.to, databases)];
  if (from.label === to.label) throw new CliError(`expected two databases, was ${from.label} twice`);
  const tables = seriesTables(tableRegistry(), names);
  const days = parseDays(options.fromDate, options.toDate);
  const text = options.mapping === undefined ? undefined : readText(options.mapping);
  return {
    from,
    to,
    tables,
    mapping: text === undefined ? undefined : parseMapping(String(options.mapping), text, tableRegistry()),
    rows: { series: tables.map(seriesDefinition), symbols: parseNames(options.symbols), days },
    identity: {
      from: from.label,
      to: to.label,
      days: `${days.from ?? ''}..${days.to ?? ''}`,
      mapping: text === undefined ? '' : createHash('sha256').update(text).digest('hex'),
    },
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliError(`cannot read ${path}`, { cause });
  }
}
