import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyRing, loadKeyRing, SecretError } from '@quotefleet/secrets';
import { CliError } from '../cli-error.ts';
import { type CommonOptions, findTarget } from '../config.ts';
import { MASTER_KEY_FILE } from '../run-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The master keys that the environment tells of, else those in the data directory. */
export async function findKeys(options: CommonOptions, env: Environment): Promise<KeyRing | undefined> {
  const kept = join(findTarget(options, env).dataDir, MASTER_KEY_FILE);
  try {
    const ring = await loadKeyRing(env);
    if (ring !== undefined || !existsSync(kept)) return ring;
    return await loadKeyRing({ QF_MASTER_KEY_FILE: kept });
  } catch (error) {
    if (error instanceof SecretError) throw new CliError(error.message, { cause: error });
    throw error;
  }
}

/** @throws CliError where there are none */
export async function requireKeys(options: CommonOptions, env: Environment): Promise<KeyRing> {
  const ring = await findKeys(options, env);
  if (ring !== undefined) return ring;
  throw new CliError('there is no master key (set QF_MASTER_KEY, QF_MASTER_KEY_FILE or QF_MASTER_KEY_SOURCE)');
}
