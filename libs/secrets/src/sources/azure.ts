import { SecretError } from '../secret-error.ts';
import { type Environment, requireVariable } from './environment.ts';
import type { LoadPeer } from './load-peer.ts';
import { keysInSecret } from './secret-text.ts';

/** What is used of `@azure/keyvault-secrets` and `@azure/identity`. */
interface KeyVaultModule {
  SecretClient: new (url: string, credential: object) => { getSecret(name: string): Promise<{ value?: string }> };
}
interface IdentityModule {
  DefaultAzureCredential: new () => object;
}

const WHY = 'QF_MASTER_KEY_SOURCE is azure';

/**
 * Reads the keys from the secret `QF_AZURE_SECRET_NAME` (quotefleet-master-key) of the Azure Key Vault at
 * `QF_AZURE_VAULT_URL`. Credentials are found by the SDK itself: AZURE_CLIENT_ID and its like, workload or managed identity.
 * @throws SecretError
 */
export async function readAzure(env: Environment, loadPeer: LoadPeer): Promise<string> {
  const url = requireVariable(env, 'QF_AZURE_VAULT_URL', WHY);
  const name = env.QF_AZURE_SECRET_NAME || 'quotefleet-master-key';
  const { SecretClient } = (await loadPeer('@azure/keyvault-secrets')) as KeyVaultModule;
  const { DefaultAzureCredential } = (await loadPeer('@azure/identity')) as IdentityModule;
  try {
    const { value } = await new SecretClient(url, new DefaultAzureCredential()).getSecret(name);
    if (value === undefined) throw new SecretError(`QF_AZURE_SECRET_NAME: the secret ${name} has no value`);
    return keysInSecret('QF_AZURE_SECRET_NAME', value);
  } catch (cause) {
    if (cause instanceof SecretError) throw cause;
    const reason = cause instanceof Error ? cause.name : 'unknown error';
    throw new SecretError(`QF_AZURE_SECRET_NAME: Azure Key Vault did not give ${name} (${reason})`, { cause });
  }
}
