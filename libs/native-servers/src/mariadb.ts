import { join, resolve } from 'node:path';
import { findNative } from './find-native.ts';
import { assertPortFree, freePort } from './free-port.ts';
import { stopLeftover } from './leftover.ts';
import { prepareMariadbDirectory } from './mariadb-directory.ts';
import { serverAccount } from './privileges.ts';
import { launch, type ServerProcess } from './server-process.ts';

export interface MariadbOptions {
  /** Holds the data (`data/`) and the generated password; made when it does not exist. */
  dir: string;
  port?: number;
  log?: (line: string) => void;
}

export interface MariadbServer extends ServerProcess {
  /** `mysql://root:password@127.0.0.1:port/`. */
  url: string;
  port: number;
}

const SETTINGS = [
  '--bind-address=127.0.0.1',
  // No local socket: its path must be short, and a data directory's need not be.
  '--socket=',
  '--skip-name-resolve',
  '--character-set-server=utf8mb4',
  '--default-time-zone=+00:00',
  '--local-infile=0',
];

/** Starts the machine's mariadbd on loopback, on a new data directory or on that of an earlier start. */
export async function startMariadb(options: MariadbOptions): Promise<MariadbServer> {
  const found = findNative();
  if (!found.mariadb) throw new Error(found.missing.mariadb);
  const home = resolve(options.dir);
  const data = join(home, 'data');
  const ownerFile = join(home, 'owner.pid');
  const account = serverAccount('mysql', 'MariaDB');
  await stopLeftover(ownerFile, { name: 'MariaDB', mark: data, signal: 'SIGTERM' });
  const password = await prepareMariadbDirectory({ home, data, account, install: found.mariadb.install });
  const port = options.port ?? (await freePort());
  await assertPortFree(port, 'MariaDB');
  const server = await launch({
    name: 'MariaDB',
    command: found.mariadb.server,
    // mariadbd takes --no-defaults as the first of its options only.
    args: ['--no-defaults', `--datadir=${data}`, `--port=${port}`, ...SETTINGS],
    cwd: home,
    account,
    ownerFile,
    isReady: (line) => line.includes('ready for connections'),
    readyTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    log: options.log,
  });
  return { ...server, url: `mysql://root:${password}@127.0.0.1:${port}/`, port };
}
