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

interface MariadbDirectory {
  /** The directory of ours; `data` lies in it. */
  home: string;
  data: string;
  account: Account | undefined;
  /** The program mariadb-install-db. */
  install: string;
}

/** Makes the data directory unless it is there, and answers the password of root@127.0.0.1. */
export async function prepareMariadbDirectory(directory: MariadbDirectory): Promise<string> {
  const { home, data, account } = directory;
  const passwordFile = join(home, 'password');
  if (existsSync(data)) {
    if (existsSync(passwordFile)) return readFileSync(passwordFile, 'utf8').trim();
    throw new Error(`expected the database password in ${passwordFile}, found no such file`);
  }
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const leftBehind = ['password', 'account.sql', 'data.partial', 'owner.pid'];
  const strangers = readdirSync(home).filter((name) => !leftBehind.includes(name));
  if (strangers.length > 0) {
    throw new Error(`expected ${home} to be empty or a data directory of MariaDB, found ${strangers[0]} in it`);
  }
  give(home, account);
  const password = randomBytes(18).toString('base64url');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  await install(directory, password);
  return password;
}

/** Builds under another name, so that a start that was killed half-way leaves nothing that looks finished. */
async function install({ home, data, account, install }: MariadbDirectory, password: string): Promise<void> {
  const partial = `${data}.partial`;
  rmSync(partial, { recursive: true, force: true });
  // By default root can come in through a local socket alone, and this server opens none.
  const accountFile = join(home, 'account.sql');
  // Accounts can be made once the tables of accounts are loaded, which the installer does not do.
  const sql = `FLUSH PRIVILEGES;
CREATE USER root@'127.0.0.1' IDENTIFIED BY '${password}';
GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
`;
  writeFileSync(accountFile, sql, { mode: 0o600 });
  give(accountFile, account);
  try {
    const form = ['--no-defaults', `--datadir=${partial}`, `--extra-file=${accountFile}`];
    await runToEnd(install, [...form, '--skip-test-db', '--skip-name-resolve'], account);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`mariadb-install-db could not make a database in ${data}: ${said}`, { cause });
  } finally {
    rmSync(accountFile, { force: true });
  }
  renameSync(partial, data);
}

function give(path: string, account: Account | undefined): void {
  if (account) chownSync(path, account.uid, account.gid);
}
