import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { API_KEY_FILE, MASTER_KEY_FILE } from '@quotefleet/cli';
import { generateMasterKey, hideValues } from '@quotefleet/secrets';
import { ConfigError, type Environment } from '@quotefleet/service-kit';
import { lockDataDir } from './instance-lock.ts';

/** A data directory that belongs to this process until it is released. */
export interface ClaimedDir {
  release(): void;
  /** Releases it, and removes what claiming it made: for a start that is refused. */
  undo(): void;
}

/**
 * Makes the directory where it is missing, and takes its lock.
 * @throws ConfigError when it cannot be made or written, or is in use
 */
export function claimDataDir(dataDir: string): ClaimedDir {
  const made = makeDir(dataDir);
  const lock = lockDataDir(dataDir);
  return {
    release: lock.release,
    undo() {
      lock.release();
      if (made !== undefined) rmSync(made, { recursive: true, force: true });
    },
  };
}

/** The first directory that had to be made. */
function makeDir(dataDir: string): string | undefined {
  try {
    return makeWithParents(dataDir);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file is in its place' : code;
    throw new ConfigError(`the data directory ${dataDir} cannot be made (${why})`, { cause });
  }
}

/** One by one, since Node's recursive form never returns where the system lets nothing be made, as below /proc. */
function makeWithParents(dir: string): string | undefined {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const firstMade = makeWithParents(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
  return firstMade ?? dir;
}

/** The admin key in effect: the given one, else the kept one, else a new one. It is kept for the CLI and the next start. */
export function settleApiKey(dataDir: string, given: string | undefined): string {
  return settleSecret(join(dataDir, API_KEY_FILE), given, () => `qf_${randomBytes(24).toString('base64url')}`);
}

/**
 * The master keys in effect: the given ones, else the kept ones, else a new one. Whoever has the database and not this
 * file cannot read what is sealed in it.
 */
export function settleMasterKey(dataDir: string, given: string | undefined): string {
  const path = join(dataDir, MASTER_KEY_FILE);
  // Given ones come from a place of their own, and a copy here would undo what that is for.
  return given ?? settleSecret(path, undefined, generateMasterKey);
}

/** What services get that seal nothing: the environment is open already, and the keys are for who needs them. */
export function withoutMasterKey(env: Environment): Environment {
  const names = ['QF_MASTER_KEY', 'QF_MASTER_KEY_FILE', 'QF_MASTER_KEY_SOURCE', 'QF_CONFIG_FILE', 'VAULT_TOKEN'];
  return { ...env, ...Object.fromEntries(names.map((name) => [name, undefined])) };
}

function settleSecret(path: string, given: string | undefined, generate: () => string): string {
  const kept = readKept(path);
  const secret = given ?? kept ?? generate();
  hideValues([secret]);
  if (secret === kept) return secret;
  writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
  return secret;
}

function readKept(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
