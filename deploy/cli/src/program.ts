import { marketApi } from '@quotefleet/contracts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { addAudit } from './audit-commands.ts';
import type { ExportCommandOptions } from './commands/export.ts';
import { type ImportOptions, importBars } from './commands/import.ts';
import type { MigrateCommandOptions } from './commands/migrate.ts';
import { showStatus } from './commands/status.ts';
import { type SubscribeOptions, subscribe } from './commands/subscribe.ts';
import { type CommonOptions, openEnv, readEnv } from './config.ts';
import { addQuality, addQuarantine, addTables } from './data-commands.ts';
import { addLoadtest } from './loadtest-commands.ts';
import { databaseCommand, fleetCommand, parseCount } from './options.ts';
import { addSecrets } from './secrets-commands.ts';

/** Rows that are held in memory a few times over. */
const BATCH_ROWS_MAX = 100_000;

const { format, period } = marketApi.importQuery.shape;

/** Every command on one screen; each sets the exit code it documents. */
export function createProgram(): Command {
  const program = new Command('quotefleet')
    .description('Talks to a running Quotefleet: npm start or npm run fleet starts one')
    .showHelpAfterError('(quotefleet --help shows the commands)');

  fleetCommand(program, 'status')
    .description('tells whether the fleet is ready, where it answers and where its key is kept')
    .option('--json', 'for scripts')
    .addHelpText('after', '\nExit code: 0 ready, 1 not running or not ready.')
    .action(async (options: CommonOptions & { json?: boolean }) => {
      process.exitCode = await showStatus(options, readEnv());
    });

  fleetCommand(program, 'import')
    .description('loads a file or folder of bars: .csv, .csv.gz or .parquet')
    .argument('<path>', 'file, or folder (with its subfolders)')
    .addOption(new Option('--format <format>', "the files' layout").choices(format.options).makeOptionMandatory())
    .addOption(new Option('--kind <kind>', 'what the rows are').choices(['bars']).default('bars'))
    .addOption(new Option('--period <period>', "the bars' period").choices(period.unwrap().options).default('1d'))
    .option('--symbol <symbol>', 'for rows and file names that carry none')
    .option('--concurrency <files>', 'files loaded at once', parseCount, 3)
    .option('--json', 'for scripts: one report, no progress')
    .addHelpText(
      'after',
      '\nExit code: 0 every row is stored, 2 every file was loaded but rows were quarantined, 1 a file failed.',
    )
    .action(async (path: string, options: ImportOptions) => {
      process.exitCode = await importBars(path, options, readEnv());
    });

  fleetCommand(program, 'subscribe')
    .description('prints the messages of rooms as JSON lines, until Ctrl-C')
    .argument('<room...>', 'such as tick:600519.SH, bar:600519.SH:1m, index:000300.SH')
    .option('--count <messages>', 'stop after so many', parseCount)
    .addOption(new Option('--mode <mode>', 'every message, or the newest now and then').choices(['raw', 'merge']))
    .option('--max-hz <updates>', 'with merge: a second at most, of each room', Number)
    .addHelpText('after', '\nExit code: 0 stopped as asked, 1 every room was refused or the fleet cannot be reached.')
    .action(async (rooms: string[], options: SubscribeOptions) => {
      process.exitCode = await subscribe(rooms, options, readEnv());
    });

  databaseCommand(program, 'export')
    .description('writes a table to files, by date and symbol: DIR/bars_1m/month=2026-01/part-600519.SH.parquet')
    .argument('<table>', 'a table of the registry, such as bars_1m, ticks or instruments')
    .requiredOption('--out <dir>', 'gets a folder of the name of the table')
    .option('--symbols <symbols>', 'such as 600519.SH,000001.SZ (default: all)')
    .option('--from <date>', 'first day')
    .option('--to <date>', 'last day')
    .addOption(new Option('--format <format>', 'of the files').choices(['parquet', 'csv']).default('parquet'))
    .option('--json', 'for scripts')
    .addHelpText('after', '\n_manifest.json names every file with its rows and checksum. Exit code: 0 done, 1 failed.')
    .action(async (table: string, options: ExportCommandOptions) => {
      const { exportToFiles } = await import('./commands/export.ts');
      await exportToFiles(table, options, readEnv());
    });

  databaseCommand(program, 'migrate')
    .description('moves rows from one database to another, compares them, or undoes a move')
    .option('--from <url>', 'mysql://, postgres://, tdengine:// or influx://host:port/database, or tsdb, or db')
    .requiredOption('--to <url>', 'the same but for mysql; tsdb and db are the databases of the fleet')
    .option('--table <tables>', 'tables of symbol and time, such as bars_1m,ticks')
    .option('--symbols <symbols>', 'such as 600519.SH,000001.SZ (default: all)')
    .option('--from-date <date>', 'first day')
    .option('--to-date <date>', 'last day')
    .option('--batch <rows>', 'rows read and written at a time', parseBatch, 5000)
    .option('--mapping <file>', 'YAML: tables and columns of a MySQL database, where they are not named as ours')
    .option('--state <dir>', 'keeps how far it is, and what is needed to undo it', 'quotefleet-migration')
    .option('--verify', 'then compare every symbol-day that was to be moved, by count and checksum')
    .option('--compare', 'only compare both sides; nothing is moved')
    .option('--rollback', 'undo the move of --state: remove what it wrote, put back what was there')
    .option('--json', 'for scripts: JSON lines')
    .addHelpText(
      'after',
      '\nInterrupted, the same command goes on where it was. Exit code: 0 done, 2 both sides differ, 1 failed.',
    )
    .action(async (options: MigrateCommandOptions) => {
      const { migrateSeries } = await import('./commands/migrate.ts');
      process.exitCode = await migrateSeries(options, readEnv());
    });

  addTables(program);
  addQuality(program);
  addQuarantine(program);
  addSecrets(program);
  // Its commands mend an environment that cannot be opened.
  program.hook('preAction', async (_program, command) => {
    if (command.parent?.name() !== 'secrets') await openEnv();
  });
  addAudit(program);
  addLoadtest(program);
  return program;
}

function parseBatch(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text) || Number(text) > BATCH_ROWS_MAX)
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${BATCH_ROWS_MAX}.`);
  return Number(text);
}
