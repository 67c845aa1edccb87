import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../time-series-store.ts';
import { planTable } from './plan-tables.ts';
import type { SeriesTable } from './series-table.ts';
import { ErrorCode, serverCode } from './server-error.ts';
import type { SqlRunner } from './sql-connection.ts';
import { quoteName, textLiteral } from './sql-text.ts';

const RETRY_AFTER_MS = 100;
const MAX_TRIES = 50;

export interface DatabaseOptions {
  /** Virtual groups that its subtables are spread over, and that work side by side. */
  vgroups: number;
  /** Memory for rows not yet in files, of each virtual group. */
  bufferMb: number;
}

interface Logger {
  warn(fields: object, message: string): void;
}

/** Makes the database and the super tables that are missing; nothing where one of them has drifted. */
export async function prepareTables(
  runner: SqlRunner,
  database: string,
  tables: readonly SeriesTable[],
  { logger, ...options }: DatabaseOptions & { logger?: Logger | undefined },
): Promise<void> {
  const changes = (await Promise.all(tables.map((table) => planTable(runner, table)))).flat();
  const drift = changes.find(({ kind }) => kind === 'drift');
  if (drift) throw new Error(`series ${drift.series}: ${drift.detail}`);
  await ensureDatabase(runner, database, options, logger);
  for (const { statements } of changes) {
    for (const statement of statements) await define(runner, statement);
  }
}

/** Rows are on disk once they are acknowledged, and kept for as long as the server can. */
async function ensureDatabase(
  runner: SqlRunner,
  database: string,
  { vgroups, bufferMb }: DatabaseOptions,
  logger: Logger | undefined,
): Promise<void> {
  await define(
    runner,
    `CREATE DATABASE IF NOT EXISTS ${quoteName(database)} PRECISION 'ms' WAL_LEVEL 2 WAL_FSYNC_PERIOD 0 KEEP 365000d
       DURATION 30d CACHEMODEL 'last_row' CACHESIZE 16 STT_TRIGGER 8 BUFFER ${bufferMb} VGROUPS ${vgroups}`,
  );
  const [found] = await runner.query(
    `SELECT \`precision\`, \`wal_level\`, \`wal_fsync_period\` FROM information_schema.ins_databases
       WHERE name = ${textLiteral(database)}`,
  );
  const [precision, walLevel, fsyncMs] = found ?? [];
  if (precision !== 'ms') throw new Error(`database ${database}: expected precision ms, found ${precision}`);
  if (walLevel !== 2 || fsyncMs !== 0) {
    const settings = { database, walLevel, fsyncMs };
    logger?.warn(
      settings,
      'rows that TDengine acknowledged may be lost by a crash: expected WAL_LEVEL 2, WAL_FSYNC_PERIOD 0',
    );
  }
}

/** Runs a definition, again while others define, until it has taken effect. */
async function define(runner: SqlRunner, statement: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await runner.execute(statement);
      return;
    } catch (error) {
      const code = serverCode(error);
      if (code === ErrorCode.columnExists || code === ErrorCode.tagExists) return;
      const isConflict = error instanceof StoreUnavailableError && code !== undefined;
      if (!isConflict || tries === MAX_TRIES) throw error;
      await sleep(RETRY_AFTER_MS);
    }
  }
}
