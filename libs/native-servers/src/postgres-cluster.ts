import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Account } from './privileges.ts';
import { runToEnd } from './server-process.ts';

interface Cluster {
  /** The directory of ours; `data` lies in it. */
  home: string;
  data: string;
  account: Account | undefined;
  /** Sync the new cluster to disk. */
  sync: boolean;
  initdb: string;
}

/** Makes the cluster (UTF-8, locale C) unless it is there, and answers its password. */
export async function prepareCluster(cluster: Cluster): Promise<string> {
  const passwordFile = join(cluster.home, 'password');
  if (existsSync(cluster.data)) {
    if (existsSync(passwordFile)) return readFileSync(passwordFile, 'utf8').trim();
    throw new Error(`expected the database password in ${passwordFile}, found no such file`);
  }
  prepareHome(cluster);
  writeFileSync(passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
  give(passwordFile, cluster.account);
  await runInitdb(cluster, passwordFile);
  return readFileSync(passwordFile, 'utf8').trim();
}

function prepareHome({ home, account }: Cluster): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const strangers = readdirSync(home).filter((name) => !['password', 'data.partial', 'owner.pid'].includes(name));
  if (strangers.length > 0) {
    throw new Error(`expected ${home} to be empty or a data directory of PostgreSQL, found ${strangers[0]} in it`);
  }
  give(home, account);
}

/** Builds under another name, so that a start that was killed half-way leaves nothing that looks finished. */
async function runInitdb({ data, account, sync, initdb }: Cluster, passwordFile: string): Promise<void> {
  const partial = `${data}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const args = ['-D', partial, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const form = ['--encoding=UTF8', '--locale=C', '--no-instructions', ...(sync ? [] : ['--no-sync'])];
  try {
    await runToEnd(initdb, [...args, ...form], account);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`initdb could not make a database in ${data}: ${said}`, { cause });
  }
  renameSync(partial, data);
}

function give(path: string, account: Account | undefined): void {
  if (account) chownSync(path, account.uid, account.gid);
}
