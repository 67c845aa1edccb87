import { openFernetByRing, sealFernet } from './fernet/fernet.ts';
import type { KeyRing } from './keys/key-ring.ts';
import { SecretError } from './secret-error.ts';

const PREFIX = 'enc:';

/** How a value of the configuration is kept: readable by all, sealed with the key in force or an older one, or lost. */
export type SealState = 'plain' | 'current' | 'old' | 'unreadable';

/** Seals and opens values of the configuration, `enc:` and a Fernet token. */
export interface SecretManager {
  /** `text` sealed with the first key of the ring. */
  seal(text: string): string;
  /**
   * The text of a sealed value; a plain value is given back as it is.
   * @throws SecretError naming `name`, never the value
   */
  open(name: string, value: string): string;
  stateOf(value: string): SealState;
}

/** Whether a value of the configuration is sealed. */
export function isSealed(value: string): boolean {
  return value.startsWith(PREFIX);
}

export function createSecretManager(ring: KeyRing): SecretManager {
  const openToken = (value: string) => openFernetByRing(ring, value.slice(PREFIX.length));
  return {
    seal: (text) => PREFIX + sealFernet(ring.primary, Buffer.from(text, 'utf8')),
    open(name, value) {
      if (!isSealed(value)) return value;
      try {
        return openToken(value).plain.toString('utf8');
      } catch (error) {
        if (error instanceof SecretError) throw new SecretError(`${name}: ${error.message}`, { cause: error });
        throw error;
      }
    },
    stateOf(value) {
      if (!isSealed(value)) return 'plain';
      try {
        return openToken(value).key === ring.primary ? 'current' : 'old';
      } catch (error) {
        if (error instanceof SecretError) return 'unreadable';
        throw error;
      }
    },
  };
}
