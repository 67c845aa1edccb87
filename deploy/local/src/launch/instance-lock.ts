import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '@quotefleet/service-kit';

const SQLITE_BUSY = 5;

export interface InstanceLock {
  release(): void;
}

/**
 * Makes this process the only one on a data directory. The lock is the operating system's own lock on a file,
 * held through SQLite: it goes with the process, however that ends, so a stale lock cannot exist and no pid has
 * to be believed.
 * @throws ConfigError when another process holds it, or the directory may not be written
 */
export function lockDataDir(dataDir: string): InstanceLock {
  const path = join(dataDir, 'lock');
  assertWritable(path, dataDir);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    const busy = (cause as { errcode?: number }).errcode === SQLITE_BUSY;
    const fault = busy ? 'is already in use by another instance' : `cannot be locked: ${(cause as Error).message}`;
    throw new ConfigError(`the data directory ${dataDir} ${fault}`, { cause });
  }
  return { release: () => database.close() };
}

function assertWritable(path: string, dataDir: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw new ConfigError(
      `the data directory ${dataDir} cannot be written (${(cause as NodeJS.ErrnoException).code})`,
      {
        cause,
      },
    );
  }
}
