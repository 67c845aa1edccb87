import { chownSync, type Dirent } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Account } from './privileges.ts';

/** Directories whose contents a server makes anew (PostgreSQL manual, 25.3.4: Backing Up The Data Directory). */
const EMPTIED = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const LEFT_OUT = new Set(['postmaster.pid', 'postmaster.opts', 'pg_internal.init', 'backup_label.old']);
const CONTROL = join('global', 'pg_control');

/** Copies the cluster of a running server of this machine as a base backup of a standby. */
export async function copyCluster(primaryUrl: string, data: string, account: Account | undefined): Promise<void> {
  const partial = `${data}.partial`;
  await rm(partial, { recursive: true, force: true });
  // The backup lasts as long as this session does.
  const session = new pg.Client({ connectionString: primaryUrl });
  await session.connect();
  try {
    const { rows } = await session.query<{ source: string }>(
      `SELECT current_setting('data_directory') AS source FROM pg_backup_start('replica', fast => true)`,
    );
    const copy = new ClusterCopy(rows[0]?.source ?? '', partial, account);
    await copy.directory('');
    // Last, as pg_basebackup does: it must not be older than what it describes.
    await copy.file(CONTROL);
    const stopped = await session.query<{ label: string }>(
      'SELECT labelfile AS label FROM pg_backup_stop(wait_for_archive => false)',
    );
    await copy.write('backup_label', stopped.rows[0]?.label ?? '');
    await copy.write('standby.signal', '');
  } finally {
    await session.end();
  }
  await rename(partial, data);
}

class ClusterCopy {
  readonly #source: string;
  readonly #target: string;
  readonly #account: Account | undefined;

  constructor(source: string, target: string, account: Account | undefined) {
    this.#source = source;
    this.#target = target;
    this.#account = account;
  }

  async directory(path: string): Promise<void> {
    await mkdir(join(this.#target, path), { mode: 0o700 });
    this.#give(path);
    for (const entry of await readdir(join(this.#source, path), { withFileTypes: true })) {
      await this.#entry(join(path, entry.name), entry, EMPTIED.has(path));
    }
  }

  async #entry(path: string, entry: Dirent, isEmptied: boolean): Promise<void> {
    if (entry.isSymbolicLink()) throw new Error(`expected a cluster without tablespaces, found ${path}`);
    if (entry.isDirectory()) {
      // Below pg_wal lie directories that a server expects; below pg_replslot they are the slots themselves.
      if (!entry.name.startsWith('pgsql_tmp') && !path.startsWith('pg_replslot/')) await this.directory(path);
      return;
    }
    const isLeftOut = isEmptied || path.startsWith('pg_wal/') || LEFT_OUT.has(entry.name) || path === CONTROL;
    if (!isLeftOut && !entry.name.startsWith('pgsql_tmp')) await this.file(path);
  }

  async file(path: string): Promise<void> {
    try {
      await copyFile(join(this.#source, path), join(this.#target, path));
    } catch (error) {
      // Dropped meanwhile: the WAL says so too.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    this.#give(path);
  }

  async write(path: string, text: string): Promise<void> {
    await writeFile(join(this.#target, path), text, { mode: 0o600 });
    this.#give(path);
  }

  #give(path: string): void {
    if (this.#account) chownSync(join(this.#target, path), this.#account.uid, this.#account.gid);
  }
}
