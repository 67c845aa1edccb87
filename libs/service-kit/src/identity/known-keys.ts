import { authApi, type Identity } from '@quotefleet/contracts';
import { AppError, unavailable } from '../errors/app-error.ts';
import type { HttpClient } from '../http/client.ts';
import { PendingAnswers } from './pending-answers.ts';

/** How long an API key's identity is believed without asking auth again; a revocation event ends it at once. */
const KEY_CACHE_MS = 30_000;
const KEY_CACHE_MAX = 10_000;

/** Whose API keys are, asked of auth and remembered for a while. */
export class KnownKeys {
  readonly #auth: HttpClient;
  readonly #known = new Map<string, { identity: Identity; until: number }>();
  readonly #asked = new Map<string, Promise<Identity>>();
  readonly #pending = new PendingAnswers();

  constructor(auth: HttpClient) {
    this.#auth = auth;
  }

  /** @throws AppError UNAUTHENTICATED, or UNAVAILABLE when auth has to be asked and does not answer */
  find(key: string): Promise<Identity> {
    const entry = this.#known.get(key);
    if (entry && entry.until > Date.now()) return Promise.resolve(entry.identity);
    const pending = this.#asked.get(key);
    if (pending) return pending;
    const asking = this.#ask(key).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asking);
    return asking;
  }

  /** Forgets what is believed of a key, or of all keys of a user. */
  forget(id: string): void {
    this.#pending.forget(id);
    for (const [key, { identity }] of this.#known) {
      if (identity.client === id || identity.subject === id) this.#known.delete(key);
    }
  }

  /** Asks again where a revocation has overtaken the answer: a connection that it lets in would not be told of it again. */
  async #ask(key: string): Promise<Identity> {
    const { identity, isOvertaken } = await this.#pending.follow(() => this.#introspect(key));
    if (isOvertaken) return this.#ask(key);
    if (this.#known.size >= KEY_CACHE_MAX) this.#known.clear();
    const until = Math.min(Date.now() + KEY_CACHE_MS, identity.expiresAt ?? Number.POSITIVE_INFINITY);
    this.#known.set(key, { identity, until });
    return identity;
  }

  async #introspect(key: string): Promise<Identity> {
    try {
      return await this.#auth.call(authApi.introspectApiKey, { body: { key } });
    } catch (error) {
      const code = error instanceof AppError ? error.code : undefined;
      // A key that auth does not even take for one.
      if (code === 'INVALID_ARGUMENT') throw new AppError('UNAUTHENTICATED', 'the API key is not valid');
      if (code === 'UNAUTHENTICATED') throw error;
      throw unavailable('the auth service does not answer', { cause: error });
    }
  }
}
