import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
    return mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file is in its place' : code;
    throw new ConfigError(`the data directory ${dataDir} cannot be made (${why})`, { cause });
  }
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
