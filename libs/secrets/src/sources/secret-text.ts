import { SecretError } from '../secret-error.ts';

/** The field of a JSON secret that holds the keys. */
export const MASTER_KEY_FIELD = 'master_key';

/**
 * The keys in a secret of a secret store: the text itself, or the field `master_key` of a JSON object.
 * @throws SecretError naming `variable`
 */
export function keysInSecret(variable: string, secret: string): string {
  if (!secret.trimStart().startsWith('{')) return secret;
  const keys = parseObject(variable, secret)[MASTER_KEY_FIELD];
  if (typeof keys === 'string') return keys;
  throw new SecretError(`${variable}: expected the secret to be keys, or JSON with the text field ${MASTER_KEY_FIELD}`);
}

function parseObject(variable: string, text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Without the cause: its message quotes the text.
    throw new SecretError(`${variable}: expected the secret to be keys or JSON, was neither`);
  }
}
