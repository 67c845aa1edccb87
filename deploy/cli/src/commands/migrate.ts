import { seriesDefinition } from '@quotefleet/data';
import { tableRegistry } from '@quotefleet/tables';
import {
  compareSources,
  type DayDifference,
  migrate,
  openSource,
  openStateDirectory,
  openTarget,
  parseEndpoint,
  reopenStateDirectory,
  rollback,
  seriesTables,
} from '@quotefleet/transfer';
import { say } from '../output.ts';
import { differenceLine } from '../transfer/difference-line.ts';
import { findDatabases } from '../transfer/find-databases.ts';
import { type Migration, type MigrationOptions, parseMigration } from '../transfer/migration.ts';
import { parseNames } from '../transfer/parse-names.ts';
import { count, progressLines, runTransfer } from '../transfer/run-transfer.ts';

export interface MigrateCommandOptions extends MigrationOptions {
  batch: number;
  state: string;
  verify?: boolean;
  compare?: boolean;
  rollback?: boolean;
  json?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Moves series between databases, compares them or undoes a move; gives the exit code. */
export async function migrateSeries(options: MigrateCommandOptions, env: Environment): Promise<number> {
  return await runTransfer('stopped: the same command goes on from here', async (signal) => {
    if (options.rollback) return await undo(options, env, signal);
    const migration = parseMigration(options, env);
    if (!options.compare) await move(options, migration, signal);
    return options.compare || options.verify ? await compare(options, migration, signal) : 0;
  });
}

async function move(options: MigrateCommandOptions, migration: Migration, signal: AbortSignal): Promise<void> {
  const { from, to, tables, mapping, rows, identity } = migration;
  const started = performance.now();
  const tell = progressLines();
  const perSecond = (moved: number) => count(Math.round((moved / (performance.now() - started)) * 1000));
  await using open = new AsyncDisposableStack();
  const source = await openSource(from, tables, mapping);
  open.defer(() => source.close());
  const target = await openTarget(to, tables);
  open.defer(() => target.close());
  const state = open.use(await openStateDirectory(options.state, identity));
  const moved = await migrate({
    source,
    target,
    ...rows,
    batchRows: options.batch,
    state,
    signal,
    onProgress: (progress) =>
      tell(
        () =>
          `${progress.table}: ${count(progress.symbolsDone)} of ${count(progress.symbols)} symbols, ${count(progress.rows)} rows (${perSecond(progress.rows)} rows/s)`,
      ),
  });
  if (options.json) say(JSON.stringify({ moved }));
  else
    say(
      `Moved ${count(moved.rows)} rows of ${count(moved.symbols)} symbols to ${to.label} (${perSecond(moved.rows)} rows/s).`,
    );
}

async function compare(options: MigrateCommandOptions, migration: Migration, signal: AbortSignal): Promise<number> {
  const { from, to, tables, mapping, rows } = migration;
  const tell = progressLines();
  await using open = new AsyncDisposableStack();
  const left = await openSource(from, tables, mapping);
  open.defer(() => left.close());
  const right = await openSource(to, tables, mapping);
  open.defer(() => right.close());
  const report = await compareSources({
    left,
    right,
    ...rows,
    // What the target had before the move is its own affair.
    scope: options.compare ? 'both' : 'left',
    signal,
    onDifference: (difference: DayDifference) =>
      say(options.json ? JSON.stringify({ difference }) : differenceLine(difference)),
    onProgress: ({ symbols, days }) => tell(() => `compared ${count(symbols)} symbols, ${count(days)} symbol-days`),
  });
  const { leftRows, rightRows, days, differences } = report;
  if (options.json) say(JSON.stringify({ compared: report }));
  else
    say(
      `Compared ${count(days)} symbol-days by count and checksum, ${count(leftRows)} and ${count(rightRows)} rows: ${differences === 0 ? 'all the same' : `${count(differences)} differ`}.`,
    );
  return differences === 0 ? 0 : 2;
}

async function undo(options: MigrateCommandOptions, env: Environment, signal: AbortSignal): Promise<number> {
  const to = parseEndpoint(options.to, findDatabases(options, env));
  const tell = progressLines();
  await using open = new AsyncDisposableStack();
  const state = open.use(await reopenStateDirectory(options.state, { to: to.label }));
  const tables = seriesTables(tableRegistry(), parseNames(options.table) ?? (await state.tables()));
  const target = await openTarget(to, tables);
  open.defer(() => target.close());
  const series = tables.map(seriesDefinition);
  const onProgress = ({ symbols, days }: { symbols: number; days: number }) =>
    tell(() => `undone: ${count(symbols)} symbols, ${count(days)} symbol-days`);
  const undone = await rollback({ target, series, state, signal, onProgress });
  if (options.json) say(JSON.stringify({ undone }));
  else
    say(
      `Removed ${count(undone.days)} symbol-days of ${count(undone.symbols)} symbols from ${to.label} and put back ${count(undone.restoredRows)} rows that were there before.`,
    );
  return 0;
}
