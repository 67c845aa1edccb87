import { marketApi } from '@quotefleet/contracts';
import { type Command, Option } from 'commander';
import type { QualityOptions } from './commands/quality.ts';
import type { ListQuarantineOptions } from './commands/quarantine.ts';
import { type CommonOptions, readEnv } from './config.ts';
import { databaseCommand, fleetCommand, parseCount } from './options.ts';
import type { TablesOptions } from './tables/open-tables.ts';

const { kind } = marketApi.listStocks.query.shape;
const { period } = marketApi.listQuality.query.shape;

/** Compares the databases with the registry of tables. */
export function addTables(program: Command): void {
  const tables = program.command('tables').description('compares the tables of the databases with their registry');
  const tablesCommand = (name: string) =>
    databaseCommand(tables, name)
      .option(
        '--tables-dir <path>',
        'directory of the registry (default: QF_TABLES_DIR, else the one that comes along)',
      )
      .option('--owner <service>', 'only the tables of this service (default: all)');

  tablesCommand('plan')
    .description('prints what apply would do')
    .addHelpText('after', '\nExit code: 0 nothing to change, 2 something to change, 1 it could not be told.')
    .action(async (options: TablesOptions) => {
      const { planTables } = await import('./commands/tables.ts');
      process.exitCode = await planTables(options, readEnv());
    });
  tablesCommand('apply')
    .description('makes the tables, columns and indexes that are missing')
    .addHelpText('after', '\nExit code: 0 the tables are as the registry has them, 1 one has drifted or it failed.')
    .action(async (options: TablesOptions) => {
      const { applyTables } = await import('./commands/tables.ts');
      process.exitCode = await applyTables(options, readEnv());
    });
  tablesCommand('check')
    .description('prints tables that differ in a way that apply cannot mend')
    .addHelpText('after', '\nExit code: 0 none has drifted, 1 one has or it could not be told.')
    .action(async (options: TablesOptions) => {
      const { checkTables } = await import('./commands/tables.ts');
      process.exitCode = await checkTables(options, readEnv());
    });
}

export function addQuality(program: Command): void {
  const quality = program.command('quality').description('completeness of what is stored');
  fleetCommand(quality, 'report')
    .description('checks the stored bars of symbols against the calendar and prints the symbol-days that lack rows')
    .option('--symbols <symbols>', 'such as 600519.SH,000001.SZ (default: all of --kind)')
    .addOption(new Option('--kind <kind>', 'of the instruments').choices(kind.unwrap().options).default('stock'))
    .addOption(new Option('--period <period>', 'of the bars').choices(period.unwrap().options).default('1d'))
    .option('--start <date>', 'first day (default: 30 trading days back)')
    .option('--end <date>', 'last day (default: the last trading day)')
    .option('--json', 'for scripts')
    .addHelpText('after', '\nExit code: 0 every row is there, 2 rows lack, 1 a symbol could not be checked.')
    .action(async (options: QualityOptions) => {
      const { reportQuality } = await import('./commands/quality.ts');
      process.exitCode = await reportQuality(options, readEnv());
    });
}

export function addQuarantine(program: Command): void {
  const quarantine = program.command('quarantine').description('rows that were not taken');
  fleetCommand(quarantine, 'list')
    .description('prints them, oldest first, with the reason')
    .option('--table <table>', 'only of this table')
    .option('--source <source>', 'only from this source')
    .option('--file <file>', 'only from this file')
    .option('--limit <rows>', 'rows at most', parseCount, 100)
    .option('--json', 'for scripts: a JSON line each, with the row as it came')
    .action(async (options: ListQuarantineOptions) => {
      const { listQuarantine } = await import('./commands/quarantine.ts');
      await listQuarantine(options, readEnv());
    });
  fleetCommand(quarantine, 'resubmit')
    .description('hands a row in again')
    .argument('<id>', 'as list shows it', parseCount)
    .option('--record <json>', 'the row put right (default: as it came)')
    .addHelpText('after', '\nExit code: 0 the row was taken, 2 it was refused again, 1 it failed.')
    .action(async (id: number, options: CommonOptions & { record?: string }) => {
      const { resubmitQuarantined } = await import('./commands/quarantine.ts');
      process.exitCode = await resubmitQuarantined(id, options, readEnv());
    });
  fleetCommand(quarantine, 'drop')
    .description('gives a row up')
    .argument('<id>', 'as list shows it', parseCount)
    .action(async (id: number, options: CommonOptions) => {
      const { dropQuarantined } = await import('./commands/quarantine.ts');
      await dropQuarantined(id, options, readEnv());
    });
}
