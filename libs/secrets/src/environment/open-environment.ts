import { SecretError } from '../secret-error.ts';
import { createSecretManager, isSealed } from '../secret-manager.ts';
import type { Environment } from '../sources/environment.ts';
import { loadKeyRing } from '../sources/load-key-ring.ts';
import { importPeer, type LoadPeer } from '../sources/load-peer.ts';
import { readConfigFile } from './config-file.ts';

/** What the master key is got with cannot be sealed with it. */
const BEFORE_THE_KEY = /^(QF_MASTER_KEY|QF_(VAULT|AWS|AZURE)_|VAULT_|AWS_|AZURE_|QF_CONFIG_FILE$)/;

/**
 * The environment with the variables of `QF_CONFIG_FILE` beneath it, every `enc:` value opened, and `QF_MASTER_KEY`
 * holding the master keys whichever source they came from (absent where there are none).
 * @throws SecretError naming every variable at fault, never a value
 */
export async function openEnvironment(env: Environment, loadPeer: LoadPeer = importPeer): Promise<Environment> {
  const merged: Environment = env.QF_CONFIG_FILE ? { ...readConfigFile(env.QF_CONFIG_FILE), ...present(env) } : env;
  const sealed = Object.entries(merged).filter((entry): entry is [string, string] => isSealed(entry[1] ?? ''));
  for (const [name] of sealed) {
    if (BEFORE_THE_KEY.test(name))
      throw new SecretError(`${name}: cannot be sealed, it is needed to get the master key`);
  }
  const ring = await loadKeyRing(merged, loadPeer);
  if (ring === undefined) {
    const [first] = sealed;
    if (first) throw new SecretError(`${first[0]}: is sealed, and there is no master key (see QF_MASTER_KEY_SOURCE)`);
    return merged;
  }
  const opened = openAll(createSecretManager(ring), sealed);
  return { ...merged, ...opened, QF_MASTER_KEY: ring.text };
}

function openAll(manager: ReturnType<typeof createSecretManager>, sealed: [string, string][]): Environment {
  const faults: string[] = [];
  const opened: Record<string, string> = {};
  for (const [name, value] of sealed) {
    try {
      opened[name] = manager.open(name, value);
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      faults.push(error.message);
    }
  }
  if (faults.length > 0) throw new SecretError(faults.join('; '));
  return opened;
}

/** An empty variable counts as absent, as it does wherever one is read. */
function present(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}
