import { readFileSync } from 'node:fs';
import { createSecretManager, type KeyRing, SecretError } from '@quotefleet/secrets';
import { CliError } from '../../cli-error.ts';
import { complain, say } from '../../output.ts';
import { requireKeys } from '../../secrets/find-keys.ts';
import { replaceFile } from '../../secrets/replace-file.ts';
import type { RotateOptions } from '../../secrets/rotate-options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Wherever it stands: comments, order and spelling of the file stay as they are. */
const SEALED_VALUE = /enc:[A-Za-z0-9_-]+={0,2}/g;

/**
 * Seals every sealed value of the files, and with `--database` every sealed column, with the first master key. 0 where
 * nothing needs an older key any more, else 1; a file with a value that cannot be opened is left as it is.
 */
export async function rotate(files: string[], options: RotateOptions, env: Environment): Promise<number> {
  if (files.length === 0 && !options.database) throw new CliError('expected files to rotate, or --database');
  const ring = await requireKeys(options, env);
  let code = 0;
  for (const path of files) if (!rotateFile(path, ring)) code = 1;
  if (options.database) {
    const { rotateDatabase } = await import('./rotate-database.ts');
    if (!(await rotateDatabase(ring, options, env))) code = 1;
  }
  return code;
}

function rotateFile(path: string, ring: KeyRing): boolean {
  const manager = createSecretManager(ring);
  let changed = 0;
  try {
    const text = readFileSync(path, 'utf8');
    const rotated = text.replaceAll(SEALED_VALUE, (value, offset: number) => {
      if (manager.stateOf(value) === 'current') return value;
      changed += 1;
      return manager.seal(manager.open(`line ${text.slice(0, offset).split('\n').length}`, value));
    });
    if (changed > 0) replaceFile(path, rotated);
    say(`${path}: ${changed} ${changed === 1 ? 'value' : 'values'} sealed anew`);
    return true;
  } catch (error) {
    const reason = error instanceof SecretError ? error.message : (error as NodeJS.ErrnoException).code;
    if (reason === undefined) throw error;
    complain(`${path}: left as it is (${reason})`);
    return false;
  }
}
