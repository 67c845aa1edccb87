import { marketApi } from '@quotefleet/contracts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ImportOptions, importBars } from './commands/import.ts';
import { showStatus } from './commands/status.ts';
import { type SubscribeOptions, subscribe } from './commands/subscribe.ts';
import { type CommonOptions, readEnv } from './config.ts';

const { format, period } = marketApi.importQuery.shape;

/** Every command on one screen; each sets the exit code it documents. */
export function createProgram(): Command {
  const program = new Command('quotefleet')
    .description('Talks to a running Quotefleet: npm start or npm run fleet starts one')
    .showHelpAfterError('(quotefleet --help shows the commands)');

  command(program, 'status')
    .description('tells whether the fleet is ready, where it answers and where its key is kept')
    .option('--json', 'for scripts')
    .addHelpText('after', '\nExit code: 0 ready, 1 not running or not ready.')
    .action(async (options: CommonOptions & { json?: boolean }) => {
      process.exitCode = await showStatus(options, readEnv());
    });

  command(program, 'import')
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

  command(program, 'subscribe')
    .description('prints the messages of rooms as JSON lines, until Ctrl-C')
    .argument('<room...>', 'such as tick:600519.SH, bar:600519.SH:1m, index:000300.SH')
    .option('--count <messages>', 'stop after so many', parseCount)
    .addHelpText('after', '\nExit code: 0 stopped as asked, 1 every room was refused or the fleet cannot be reached.')
    .action(async (rooms: string[], options: SubscribeOptions) => {
      process.exitCode = await subscribe(rooms, options, readEnv());
    });

  return program;
}

function command(program: Command, name: string): Command {
  return program
    .command(name)
    .option('--url <url>', "the gateway's URL (default: the running fleet's)")
    .option('--api-key <key>', 'API key (default: QF_API_KEY, else the one in the data directory)')
    .option('--data-dir <path>', 'data directory (default: QF_DATA_DIR, else .quotefleet or .quotefleet-fleet)');
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return Number(text);
}
