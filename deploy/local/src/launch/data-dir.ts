import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { API_KEY_FILE } from '@quotefleet/cli';
import { ConfigError } from '@quotefleet/service-kit';
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
  const path = join(dataDir, API_KEY_FILE);
  const kept = readKept(path);
  const key = given ?? kept ?? `qf_${randomBytes(24).toString('base64url')}`;
  if (key === kept) return key;
  writeFileSync(path, `${key}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
  return key;
}

function readKept(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
