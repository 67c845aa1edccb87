import { SecretError } from '../secret-error.ts';
import { type Environment, requireVariable } from './environment.ts';
import type { LoadPeer } from './load-peer.ts';
import { keysInSecret } from './secret-text.ts';

/** What is used of `@aws-sdk/client-secrets-manager`. */
interface AwsModule {
  SecretsManagerClient: new (
    options: object,
  ) => { send(command: object): Promise<{ SecretString?: string }>; destroy(): void };
  GetSecretValueCommand: new (input: { SecretId: string }) => object;
}

const ATTEMPTS = 3;

/**
 * Reads the keys from the secret `QF_AWS_SECRET_ID` (name or ARN) of AWS Secrets Manager. Region, credentials and endpoint
 * are found by the SDK itself: AWS_REGION, AWS_PROFILE, the role of the machine or pod, AWS_ENDPOINT_URL.
 * @throws SecretError
 */
export async function readAws(env: Environment, loadPeer: LoadPeer): Promise<string> {
  const secretId = requireVariable(env, 'QF_AWS_SECRET_ID', 'QF_MASTER_KEY_SOURCE is aws');
  const { SecretsManagerClient, GetSecretValueCommand } = (await loadPeer(
    '@aws-sdk/client-secrets-manager',
  )) as AwsModule;
  const client = new SecretsManagerClient({ maxAttempts: ATTEMPTS });
  try {
    const { SecretString: secret } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    if (secret === undefined) throw new SecretError('QF_AWS_SECRET_ID: expected a secret of text, was binary');
    return keysInSecret('QF_AWS_SECRET_ID', secret);
  } catch (cause) {
    if (cause instanceof SecretError) throw cause;
    const reason = cause instanceof Error ? cause.name : 'unknown error';
    throw new SecretError(`QF_AWS_SECRET_ID: AWS Secrets Manager did not give ${secretId} (${reason})`, { cause });
  } finally {
    client.destroy();
  }
}
