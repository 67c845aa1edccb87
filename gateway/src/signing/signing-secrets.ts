import { type SigningSecret, signingApi } from '@quotefleet/contracts';
import { AppError, type HttpClient, unavailable } from '@quotefleet/service-kit';
import { LRUCache } from 'lru-cache';

/** How long a secret is believed without asking auth again, as API keys are; a revocation event ends it at once. */
const KEEP_MS = 30_000;
const KEPT_MAX = 10_000;
const KEY_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface SigningSecrets {
  /** @throws AppError UNAUTHENTICATED where no valid key for signing has the id, UNAVAILABLE while auth does not answer */
  find(keyId: string): Promise<SigningSecret>;
  /** Forgets the secrets of an API key or a user that lost its rights. */
  forget(id: string): void;
}

/** Signing secrets, looked up at auth. */
export function createSigningSecrets(auth: HttpClient): SigningSecrets {
  const kept = new LRUCache<string, SigningSecret>({ max: KEPT_MAX, ttl: KEEP_MS });
  const asked = new Map<string, Promise<SigningSecret>>();
  let forgotten = 0;

  async function ask(keyId: string): Promise<SigningSecret> {
    const forgottenBefore = forgotten;
    const secret = await lookUp(keyId);
    // An answer that a revocation has overtaken may be out of date: it serves once.
    if (forgottenBefore === forgotten) kept.set(keyId, secret);
    return secret;
  }

  async function lookUp(keyId: string): Promise<SigningSecret> {
    try {
      return await auth.call(signingApi.lookUpSigningSecret, { body: { keyId } });
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') throw noSuchKey();
      throw unavailable('the auth service does not answer', { cause: error });
    }
  }

  return {
    async find(keyId) {
      if (!KEY_ID.test(keyId)) throw noSuchKey();
      const secret = kept.get(keyId) ?? asked.get(keyId);
      if (secret) return secret;
      const asking = ask(keyId).finally(() => {
        if (asked.get(keyId) === asking) asked.delete(keyId);
      });
      asked.set(keyId, asking);
      return asking;
    },
    forget(id) {
      forgotten += 1;
      // Whoever asks from now on must not be given an answer that was on its way before.
      asked.clear();
      for (const [keyId, { identity }] of kept.entries()) {
        if (keyId === id || identity.client === id || identity.subject === id) kept.delete(keyId);
      }
    },
  };
}

const noSuchKey = () => new AppError('UNAUTHENTICATED', 'the signature is not valid');
