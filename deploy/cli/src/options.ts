import { type Command, InvalidArgumentError } from 'commander';

/** A command that asks the fleet. */
export function fleetCommand(parent: Command, name: string): Command {
  return parent
    .command(name)
    .option('--url <url>', "the gateway's URL (default: the running fleet's)")
    .option('--api-key <key>', 'API key (default: QF_API_KEY, else the one in the data directory)')
    .option('--data-dir <path>', 'data directory (default: QF_DATA_DIR, else .quotefleet or .quotefleet-fleet)');
}

/** A command that works on databases instead of asking the fleet; their drivers are loaded for it alone. */
export function databaseCommand(parent: Command, name: string): Command {
  return parent
    .command(name)
    .option('--database-url <url>', 'PostgreSQL (default: QF_DATABASE_URL, else that of the running fleet)')
    .option('--tsdb <driver>', 'of the time-series database: postgres, tdengine or influx (default: QF_TSDB)')
    .option('--tsdb-url <url>', 'time-series database (default: QF_TSDB_URL, else PostgreSQL)')
    .option('--data-dir <path>', 'data directory of the fleet whose databases are meant, where none is named');
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return Number(text);
}
