import { parseEndpoint } from '@quotefleet/transfer';
import { findDatabases } from '../transfer/find-databases.ts';
import { compareRows } from '../transfer/migrate-compare.ts';
import { type MoveOptions, moveRows } from '../transfer/migrate-move.ts';
import { rollBack } from '../transfer/migrate-rollback.ts';
import { type MigrationOptions, parseMigration } from '../transfer/migration.ts';
import { parseNames } from '../transfer/parse-names.ts';
import { runTransfer } from '../transfer/run-transfer.ts';

export interface MigrateCommandOptions extends MigrationOptions, MoveOptions {
  verify?: boolean;
  compare?: boolean;
  rollback?: boolean;
}

/** Moves series between databases, compares them or undoes a move; gives the exit code. */
export async function migrateSeries(
  options: MigrateCommandOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  return await runTransfer('stopped: the same command goes on from here', async (signal) => {
    if (options.rollback) {
      const to = parseEndpoint(options.to, findDatabases(options, env));
      return await rollBack(to, { ...options, tables: parseNames(options.table) }, signal);
    }
    const migration = parseMigration(options, env);
    if (options.compare) return await compareRows(migration, { ...options, scope: 'both' }, signal);
    await moveRows(migration, options, signal);
    // What the target had before the move is its own affair.
    return options.verify ? await compareRows(migration, { ...options, scope: 'left' }, signal) : 0;
  });
}
