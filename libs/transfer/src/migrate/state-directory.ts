import { existsSync } from 'node:fs';
import { mkdir, open as openFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../files/replace-file.ts';
import { safeName } from '../files/safe-name.ts';
import { TransferError } from '../transfer-error.ts';

/** What a migration is about: its state serves no other. */
export interface MigrationIdentity {
  /** Where rows come from and go to, without passwords. */
  from: string;
  to: string;
  /** `2026-01-01..2026-06-30`, either side open. */
  days: string;
  /** Digest of how the source's columns are read. */
  mapping: string;
}

/** The files that keep how far a migration is: per table and symbol its progress and its undo file. */
export interface StateDirectory extends AsyncDisposable {
  files(table: string, symbol: string): { progress: string; undo: string };
  /** The progress files of a table. */
  progressFiles(table: string): Promise<string[]>;
  tables(): Promise<string[]>;
}

const IDENTITY_FILE = 'migration.json';
const LOCK_FILE = 'lock';
const PROGRESS = '.progress.json';

/**
 * Opens the state of a migration, making it where there is none, and keeps other processes out until it is disposed.
 * @throws TransferError when it belongs to another migration or another process is at it
 */
export async function openStateDirectory(dir: string, identity: MigrationIdentity): Promise<StateDirectory> {
  await mkdir(dir, { recursive: true });
  return await open(dir, identity);
}

/**
 * Opens the state that a migration has left, to undo it.
 * @throws TransferError when there is none, it went elsewhere, or another process is at it
 */
export async function reopenStateDirectory(
  dir: string,
  identity: Pick<MigrationIdentity, 'to'>,
): Promise<StateDirectory> {
  if (!existsSync(join(dir, IDENTITY_FILE))) throw new TransferError(`there is no state of a migration in ${dir}`);
  return await open(dir, identity);
}

async function open(dir: string, identity: Partial<MigrationIdentity>): Promise<StateDirectory> {
  const lock = join(dir, LOCK_FILE);
  await takeLock(lock, dir);
  try {
    await checkIdentity(join(dir, IDENTITY_FILE), identity);
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  }
  return {
    files(table, symbol) {
      const base = join(dir, table, safeName(symbol));
      return { progress: `${base}${PROGRESS}`, undo: `${base}.undo.ndjson` };
    },
    async progressFiles(table) {
      if (!existsSync(join(dir, table))) return [];
      const names = await readdir(join(dir, table));
      return names.filter((name) => name.endsWith(PROGRESS)).map((name) => join(dir, table, name));
    },
    async tables() {
      const entries = await readdir(dir, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    },
    [Symbol.asyncDispose]: () => rm(lock, { force: true }),
  };
}

async function checkIdentity(path: string, identity: Partial<MigrationIdentity>): Promise<void> {
  if (!existsSync(path)) {
    await replaceFile(path, [`${JSON.stringify(identity, undefined, 2)}\n`]);
    return;
  }
  const known = JSON.parse(await readFile(path, 'utf8')) as MigrationIdentity;
  for (const [name, value] of Object.entries(identity)) {
    const was = known[name as keyof MigrationIdentity];
    if (was === value) continue;
    throw new TransferError(
      `${path} is the state of another migration (${name}: '${was}', and now '${value}'): name another directory`,
    );
  }
}

/** A process that was killed leaves its lock behind: it counts only while the process it names is there. */
async function takeLock(path: string, dir: string): Promise<void> {
  for (;;) {
    try {
      await using file = await openFile(path, 'wx');
      await file.writeFile(String(process.pid));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(path, 'utf8'));
    if (isRunning(owner)) throw new TransferError(`another process (${owner}) is at the migration of ${dir}`);
    await rm(path, { force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
