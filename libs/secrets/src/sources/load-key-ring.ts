import { type KeyRing, parseKeyRing } from '../keys/key-ring.ts';
import { SecretError } from '../secret-error.ts';
import { readAws } from './aws.ts';
import { readAzure } from './azure.ts';
import { type Environment, requireVariable } from './environment.ts';
import { importPeer, type LoadPeer } from './load-peer.ts';
import { readSecretFile } from './read-secret-file.ts';
import { readVault } from './vault.ts';

type Source = (env: Environment, loadPeer: LoadPeer) => string | Promise<string>;

const SOURCES: Readonly<Record<string, Source>> = {
  env: (env) => requireVariable(env, 'QF_MASTER_KEY', 'QF_MASTER_KEY_SOURCE is env'),
  file: (env) => {
    const path = requireVariable(env, 'QF_MASTER_KEY_FILE', 'QF_MASTER_KEY_SOURCE is file');
    return readSecretFile('QF_MASTER_KEY_FILE', path);
  },
  vault: readVault,
  aws: readAws,
  azure: readAzure,
};

/**
 * Gets the master keys from where `QF_MASTER_KEY_SOURCE` says: env, file, vault, aws or azure. Where it says nothing,
 * `QF_MASTER_KEY` or `QF_MASTER_KEY_FILE` tells, and undefined is given where neither is set.
 * @throws SecretError naming the variable to put right
 */
export async function loadKeyRing(env: Environment, loadPeer: LoadPeer = importPeer): Promise<KeyRing | undefined> {
  const name = sourceOf(env);
  if (name === undefined) return undefined;
  const source = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
  if (source === undefined) {
    throw new SecretError(`QF_MASTER_KEY_SOURCE: expected one of ${Object.keys(SOURCES).join(', ')}`);
  }
  const text = await source(env, loadPeer);
  try {
    return parseKeyRing(text);
  } catch (cause) {
    if (!(cause instanceof SecretError)) throw cause;
    throw new SecretError(`QF_MASTER_KEY: ${cause.message} (from ${name})`, { cause });
  }
}

function sourceOf(env: Environment): string | undefined {
  if (env.QF_MASTER_KEY_SOURCE) return env.QF_MASTER_KEY_SOURCE;
  if (env.QF_MASTER_KEY && env.QF_MASTER_KEY_FILE) {
    throw new SecretError('QF_MASTER_KEY_SOURCE: expected env or file, since both keys are given');
  }
  if (env.QF_MASTER_KEY) return 'env';
  return env.QF_MASTER_KEY_FILE ? 'file' : undefined;
}
