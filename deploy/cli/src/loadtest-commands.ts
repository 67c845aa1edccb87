import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApiLoadtestOptions } from './commands/loadtest/api.ts';
import type { RealtimeLoadtestOptions } from './commands/loadtest/realtime.ts';
import { readEnv } from './config.ts';
import { fleetCommand, parseCount } from './options.ts';

/** Puts load on a fleet and tells how it took it. */
export function addLoadtest(program: Command): void {
  const loadtest = program.command('loadtest').description('puts load on a fleet, and reports how it took it');
  loadCommand(loadtest, 'realtime')
    .description('holds subscribed connections, audits every sequence that they receive, and measures latencies')
    .option('--connections <count>', 'connections to hold', parseCount, 100)
    .option('--rooms <count>', 'rooms of each connection: ticks of the stocks of the fleet in turn', parseCount, 20)
    .option('--room-list <rooms>', 'take them from these instead, such as tick:600519.SH,bar:600519.SH:1m')
    .option(
      '--rate <ticks>',
      'ticks a second that are handed in, and stored (default: none, what flows is used)',
      parseCount,
    )
    .option('--kafka <brokers>', 'hands them in on the bus, host:port,host:port, instead of through the API')
    .option('--workers <count>', 'processes that hold the connections (default: one for 5,000)', parseCount)
    .option('--ramp <count>', 'connections opened a second', parseCount, 400)
    .addOption(new Option('--mode <mode>', 'of the rooms (default: as the server has it)').choices(['raw', 'merge']))
    .option('--max-hz <times>', 'updates a second of a room at most, with --mode merge', parseHz)
    .addOption(new Option('--encoding <encoding>', 'of the frames').choices(['json', 'msgpack']).default('json'))
    .addOption(
      new Option('--client <client>', 'raw: cheap, for many; socket.io: what applications use, for few')
        .choices(['raw', 'socket.io'])
        .default('raw'),
    )
    .option('--addresses <list>', 'source addresses, such as 127.0.0.1,127.0.0.2 (default: as many as it takes)')
    .addHelpText(
      'after',
      '\nExit code: 0 nothing was lost in silence, doubled or out of order; 1 something was, or it could not be told; 2 connections, rooms or ticks handed in were refused, failed or dropped. Ctrl-C ends the measuring, and what there is is reported.',
    )
    .action(async (options: RealtimeLoadtestOptions) => {
      const { loadtestRealtime } = await import('./commands/loadtest/realtime.ts');
      process.exitCode = await loadtestRealtime(options, readEnv());
    });
  loadCommand(loadtest, 'api')
    .description('asks a mix of calls over many connections')
    .option('--connections <count>', 'connections, each with one call at a time', parseCount, 100)
    .option('--rate <calls>', 'calls a second altogether (default: as fast as answers come)', parseCount)
    .option('--mix <file>', 'YAML or JSON: a list of {kind, weight, path}; {symbol} in a path is filled in')
    .addHelpText(
      'after',
      '\nExit code: 0 every call was answered, 1 some failed, 2 some were refused by rate limits. Ctrl-C ends the calls, and what there is is reported.',
    )
    .action(async (options: ApiLoadtestOptions) => {
      const { loadtestApi } = await import('./commands/loadtest/api.ts');
      process.exitCode = await loadtestApi(options, readEnv());
    });
}

function loadCommand(parent: Command, name: string): Command {
  return fleetCommand(parent, name)
    .option('--key <key>', 'the same as --api-key')
    .option('--duration <seconds>', 'how long is measured', parseCount, 30)
    .option('--report <dir>', 'gets a page with pictures and the figures as JSON')
    .option('--json', 'for scripts: the figures, no progress');
}

function parseHz(text: string): number {
  const value = Number(text);
  if (!(value >= 0.1 && value <= 50)) throw new InvalidArgumentError('Expected a number from 0.1 to 50.');
  return value;
}
