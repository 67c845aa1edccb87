import { isSecretName } from '../redaction/secret-names.ts';
import type { Environment } from '../sources/environment.ts';
import { isKnownPassword } from './default-secrets.ts';

const PASSWORD_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*:([^\s/?#@]+)@/i;

/** The password of a URL, as it is written there. */
export function passwordInUrl(text: string): string | undefined {
  return PASSWORD_IN_URL.exec(text)?.[1];
}

/**
 * The secrets in an environment: variables with secret names, and passwords in URLs. What everybody knows is left out: to
 * hide it would take common words out of a log.
 */
export function secretValues(env: Environment): string[] {
  const all = Object.entries(env).flatMap(([name, value = '']) => {
    const parts = value.split(',').map((part) => part.trim());
    return isSecretName(name) ? parts : parts.flatMap((part) => passwordInUrl(part) ?? []);
  });
  return all.filter((secret) => secret !== '' && !isKnownPassword(secret));
}
