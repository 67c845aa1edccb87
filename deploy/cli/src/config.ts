import { join, resolve } from 'node:path';
import { isSealed, openEnvironment } from '@quotefleet/secrets';
import { CliError } from './cli-error.ts';
import { type RunFile, readApiKey, readRunFile } from './run-file.ts';

/** Options every command takes. */
export interface CommonOptions {
  url?: string;
  apiKey?: string;
  dataDir?: string;
}

/** The fleet a command talks to, as far as it is known. */
export interface Target {
  /** The first directory that holds a running fleet, else the one where one would be expected. */
  dataDir: string;
  run: RunFile | undefined;
  url: string | undefined;
  apiKey: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Local mode's directory, then fleet mode's. */
const DATA_DIRS = ['.quotefleet', '.quotefleet-fleet'];
const REPOSITORY = resolve(import.meta.dirname, '../../..');

let opened: Environment | undefined;

/** Opens the sealed values of the environment for the command that is to run. @throws SecretError */
export async function openEnv(): Promise<void> {
  const isOpen = !process.env.QF_CONFIG_FILE && !Object.values(process.env).some((value) => isSealed(value ?? ''));
  // The master key is got only where something needs it: it may be far away.
  opened = isOpen ? undefined : await openEnvironment(process.env);
}

/** The environment, opened where `openEnv` was called. */
export function readEnv(): Environment {
  return opened ?? process.env;
}

/** Finds the running fleet: what is said on the command line wins, then the environment, then the data directory. */
export function findTarget(options: CommonOptions, env: Environment): Target {
  const candidates = dataDirs(options, env);
  const running = candidates.find((dir) => readRunFile(dir) !== undefined);
  const dataDir = running ?? candidates[0] ?? '.';
  const run = running === undefined ? undefined : readRunFile(running);
  const url = options.url ?? run?.gatewayUrl;
  if (url !== undefined && !URL.canParse(url)) throw new CliError(`expected --url to be a URL, was '${url}'`);
  return {
    dataDir,
    run,
    url: url?.replace(/\/+$/, ''),
    apiKey: options.apiKey ?? (env.QF_API_KEY || undefined) ?? readApiKey(dataDir),
  };
}

function dataDirs(options: CommonOptions, env: Environment): string[] {
  const named = options.dataDir ?? (env.QF_DATA_DIR || undefined);
  if (named !== undefined) return [resolve(named)];
  return [...new Set([process.cwd(), REPOSITORY])].flatMap((root) => DATA_DIRS.map((dir) => join(root, dir)));
}

/** The target with URL and key, for commands that cannot do without. */
export function requireTarget(options: CommonOptions, env: Environment): { url: string; apiKey: string } {
  const { url, apiKey, dataDir } = findTarget(options, env);
  if (url === undefined)
    throw new CliError(`no fleet is running in ${dataDir} (start one with npm start, or name one with --url)`);
  if (apiKey === undefined)
    throw new CliError(`there is no API key in ${dataDir} (give one with --api-key or QF_API_KEY)`);
  return { url, apiKey };
}
