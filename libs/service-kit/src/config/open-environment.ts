import {
  defaultSecretFaults,
  hideValues,
  openEnvironment as openSecrets,
  SecretError,
  secretValues,
} from '@quotefleet/secrets';
import { ConfigError, type Environment } from './parse-config.ts';

const MODES = ['local', 'production'];

/**
 * The environment as a service parses it: `enc:` values opened, `QF_MASTER_KEY` got from its source, the variables of
 * `QF_CONFIG_FILE` beneath. The secrets in it are kept out of the logs from now on.
 * @throws ConfigError naming each variable that cannot be opened or, unless `QF_MODE` is local, holds a secret that
 * everybody knows
 */
export async function openEnvironment(env: Environment): Promise<Environment> {
  const opened = await openOrRefuse(env);
  const mode = opened.QF_MODE || 'production';
  if (!MODES.includes(mode)) throw new ConfigError(`QF_MODE: expected one of ${MODES.join(', ')}`);
  hideValues(secretValues(opened));
  const faults = mode === 'local' ? [] : defaultSecretFaults(opened);
  if (faults.length > 0) throw new ConfigError(`${faults.join('; ')} (allowed with QF_MODE=local only)`);
  return opened;
}

async function openOrRefuse(env: Environment): Promise<Environment> {
  try {
    return await openSecrets(env);
  } catch (error) {
    if (error instanceof SecretError) throw new ConfigError(error.message, { cause: error });
    throw error;
  }
}
