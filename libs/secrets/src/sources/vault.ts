import { z } from 'zod';
import { SecretError } from '../secret-error.ts';
import { type Environment, requireVariable } from './environment.ts';
import { readSecretFile } from './read-secret-file.ts';
import { MASTER_KEY_FIELD } from './secret-text.ts';

const TIMEOUT_MS = 10_000;
const WHY = 'QF_MASTER_KEY_SOURCE is vault';

/** The answer of the KV engine, version 2, to a read. */
const answerSchema = z.object({ data: z.object({ data: z.record(z.string(), z.unknown()) }) });

/**
 * Reads the keys from HashiCorp Vault (KV engine version 2): the field `QF_VAULT_FIELD` (master_key) of the secret
 * `QF_VAULT_PATH` (quotefleet) of the mount `QF_VAULT_MOUNT` (secret), at `VAULT_ADDR`, with `VAULT_TOKEN` or the token
 * in `VAULT_TOKEN_FILE`, in `VAULT_NAMESPACE` where one is set.
 * @throws SecretError
 */
export async function readVault(env: Environment): Promise<string> {
  const address = requireVariable(env, 'VAULT_ADDR', WHY);
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new SecretError('VAULT_ADDR: expected http(s)://host:port');
  const path = `${encodePath(env.QF_VAULT_MOUNT || 'secret')}/data/${encodePath(env.QF_VAULT_PATH || 'quotefleet')}`;
  const answer = await ask(new URL(`/v1/${path}`, address), {
    'x-vault-token': tokenOf(env),
    'x-vault-request': 'true',
    ...(env.VAULT_NAMESPACE ? { 'x-vault-namespace': env.VAULT_NAMESPACE } : {}),
  });
  const field = env.QF_VAULT_FIELD || MASTER_KEY_FIELD;
  const keys = answerSchema.safeParse(answer).data?.data.data[field];
  if (typeof keys !== 'string') throw new SecretError(`QF_VAULT_FIELD: Vault has no text field ${field} at ${path}`);
  return keys;
}

function tokenOf(env: Environment): string {
  if (env.VAULT_TOKEN) return env.VAULT_TOKEN;
  const why = `${WHY} and VAULT_TOKEN is not set`;
  return readSecretFile('VAULT_TOKEN_FILE', requireVariable(env, 'VAULT_TOKEN_FILE', why));
}

async function ask(url: URL, headers: Record<string, string>): Promise<unknown> {
  const response = await send(url, headers);
  if (response.ok) return response.json().catch(() => undefined);
  await response.body?.cancel();
  const reasons: Record<number, string> = {
    403: 'the token may not read it',
    404: 'there is no such secret',
    503: 'Vault is sealed or in maintenance',
  };
  const reason = reasons[response.status] ?? 'expected 200';
  throw new SecretError(`QF_VAULT_PATH: Vault answered ${response.status} for ${url.pathname} (${reason})`);
}

/** A redirect is an error: the token must not follow it to another host. */
async function send(url: URL, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new SecretError(`VAULT_ADDR: Vault at ${url.origin} does not answer`, { cause });
  }
}

function encodePath(path: string): string {
  return path.split('/').filter(Boolean).map(encodeURIComponent).join('/');
}
