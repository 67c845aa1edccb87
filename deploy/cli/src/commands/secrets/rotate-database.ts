import { SEALED_COLUMNS } from '@quotefleet/auth/sealed-columns';
import { type KeyRing, openEnvironment, resealColumn, SecretError } from '@quotefleet/secrets';
import pg from 'pg';
import { CliError } from '../../cli-error.ts';
import { findTarget } from '../../config.ts';
import { complain, say } from '../../output.ts';
import type { RotateOptions } from '../../secrets/rotate-options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const CONNECT_TIMEOUT_MS = 10_000;

/** Seals the sensitive columns of auth with the first key, beside running services; whether all of them could be opened. */
export async function rotateDatabase(ring: KeyRing, options: RotateOptions, env: Environment): Promise<boolean> {
  const client = await connect(await findUrl(ring, options, env));
  try {
    let allRead = true;
    for (const column of SEALED_COLUMNS) {
      const { resealed, overtaken, unreadable } = await resealColumn(client, ring, column);
      say(`${column.table}.${column.column}: ${resealed} sealed anew, ${overtaken} changed by others meanwhile`);
      for (const key of unreadable) complain(`${column.table}.${column.column}: row ${key} cannot be opened`);
      if (unreadable.length > 0) allRead = false;
    }
    return allRead;
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError)) throw cause;
    throw new CliError(`the database refused it (${cause.message}); the same command goes on with what is left`, {
      cause,
    });
  } finally {
    await client.end();
  }
}

async function findUrl(ring: KeyRing, options: RotateOptions, env: Environment): Promise<string> {
  const opened = await openUrl(ring, env);
  const url = options.databaseUrl ?? (opened || undefined) ?? findTarget(options, env).run?.databases?.url;
  if (url === undefined) throw new CliError('name a database by QF_DATABASE_URL or --database-url, or start the fleet');
  return url;
}

async function openUrl(ring: KeyRing, { QF_DATABASE_URL }: Environment): Promise<string | undefined> {
  try {
    return (await openEnvironment({ QF_DATABASE_URL, QF_MASTER_KEY: ring.text })).QF_DATABASE_URL;
  } catch (error) {
    if (error instanceof SecretError) throw new CliError(error.message, { cause: error });
    throw error;
  }
}

async function connect(url: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    await client.connect();
    return client;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : 'unknown reason';
    throw new CliError(`the database cannot be reached (${reason})`, { cause });
  }
}
