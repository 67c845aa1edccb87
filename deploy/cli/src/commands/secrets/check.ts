import { readFileSync } from 'node:fs';
import {
  createSecretManager,
  defaultSecretFaults,
  isSealed,
  isSecretName,
  type KeyRing,
  passwordInUrl,
} from '@quotefleet/secrets';
import { CliError } from '../../cli-error.ts';
import type { CommonOptions } from '../../config.ts';
import { say } from '../../output.ts';
import { findKeys } from '../../secrets/find-keys.ts';
import { type Entry, readEntries } from '../../secrets/read-entries.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Finding {
  /** What stops a service from starting, or what should be put right. */
  kind: 'unreadable' | 'weak';
  text: string;
}

const OUR_VARIABLE = /^QF_/;

/**
 * Prints the secrets of files (of the environment, where none is named) that cannot be opened (1), that are plain, sealed
 * with an old key or known to everybody (2); 0 where there is none.
 */
export async function checkSecrets(files: string[], options: CommonOptions, env: Environment): Promise<number> {
  const ring = await findKeys(options, env);
  const findings =
    files.length === 0 ? checkEnvironment(env, ring) : files.flatMap((path) => checkFile(path, env, ring));
  for (const { text } of findings) say(text);
  if (findings.length === 0) say('Every secret is sealed with the key in force.');
  if (findings.some(({ kind }) => kind === 'unreadable')) return 1;
  return findings.length === 0 ? 0 : 2;
}

function checkEnvironment(env: Environment, ring: KeyRing | undefined): Finding[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    // What the master key comes from cannot be sealed, and other programs' variables are theirs.
    if (name === 'QF_MASTER_KEY' || !(OUR_VARIABLE.test(name) || isSealed(value))) return [];
    return checkEntry(name, { name, value }, env, ring);
  });
}

function checkFile(path: string, env: Environment, ring: KeyRing | undefined): Finding[] {
  const entries = readEntries(path, readText(path));
  const around = { ...env, ...Object.fromEntries(entries.map(({ name, value }) => [name, value])) };
  return entries.flatMap((entry) => checkEntry(`${path}:${entry.line}: ${entry.name}`, entry, around, ring));
}

function checkEntry(
  where: string,
  { name, value }: Pick<Entry, 'name' | 'value'>,
  env: Environment,
  ring: KeyRing | undefined,
): Finding[] {
  const weak = (what: string): Finding => ({ kind: 'weak', text: `${where}: ${what}` });
  const known = (plain: string) => {
    const faults = defaultSecretFaults({
      QF_TSDB: env.QF_TSDB,
      QF_TSDB_SECONDARY: env.QF_TSDB_SECONDARY,
      [name]: plain,
    });
    return faults.map((fault) => weak(fault.slice(name.length + 2)));
  };
  if (!isSealed(value))
    return value !== '' && isSecret(name, value) ? [weak('is plain text'), ...known(value)] : known(value);
  const unreadable = (what: string): Finding[] => [{ kind: 'unreadable', text: `${where}: ${what}` }];
  if (ring === undefined) return unreadable('is sealed, and there is no master key');
  const manager = createSecretManager(ring);
  const state = manager.stateOf(value);
  if (state === 'unreadable') return unreadable('cannot be opened: its key is not in the ring, or it was changed');
  const findings = known(manager.open(name, value));
  return state === 'old' ? [weak('is sealed with an old key (see secrets rotate)'), ...findings] : findings;
}

function isSecret(name: string, value: string): boolean {
  return isSecretName(name) || passwordInUrl(value) !== undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliError(`${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}
