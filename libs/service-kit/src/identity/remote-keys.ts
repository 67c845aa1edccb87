import { type CryptoKey, errors, importJWK, type JWK } from 'jose';
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { SIGNATURE_ALGORITHM } from './token-rules.ts';

/** A key of a name that nobody knows is asked for no more often. */
const COOLDOWN_MS = 5000;
/** Keys are published a quarter hour before they sign. */
const REFRESH_MS = 5 * 60 * 1000;

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) });

export interface KeySource {
  url: URL;
  timeoutMs: number;
  dispatcher?: Dispatcher | undefined;
}

interface RemoteKeysOptions extends KeySource {
  /** Told when a key is published no more: what was verified by it is not to be believed any longer. */
  onRemoved: () => void;
}

/** Auth's public keys: fetched when first needed, again every few minutes, and when a token names one that is not there. */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions;
  #keys: ReadonlyMap<string, CryptoKey> | undefined;
  #fetchedAtMs = 0;
  #fetching: Promise<void> | undefined;

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
  }

  /** @throws JWKSNoMatchingKey, or whatever kept the keys from being fetched a first time */
  async find(kid: string | undefined): Promise<CryptoKey> {
    if (!this.#keys) await this.#fetch();
    const key = this.#keyOf(kid);
    const ageMs = performance.now() - this.#fetchedAtMs;
    if (key) {
      // Those that are known go on while auth does not answer.
      if (ageMs > REFRESH_MS) this.#fetch().catch(() => this.#postpone());
      return key;
    }
    if (kid !== undefined && ageMs > COOLDOWN_MS) await this.#fetch().catch(() => this.#postpone());
    const found = this.#keyOf(kid);
    if (!found) throw new errors.JWKSNoMatchingKey();
    return found;
  }

  #keyOf(kid: string | undefined): CryptoKey | undefined {
    return kid === undefined ? undefined : this.#keys?.get(kid);
  }

  #postpone(): void {
    this.#fetchedAtMs = performance.now();
  }

  #fetch(): Promise<void> {
    this.#fetching ??= this.#load().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #load(): Promise<void> {
    const { url, timeoutMs, dispatcher, onRemoved } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    const { statusCode, body } = await request(url, { signal, ...(dispatcher ? { dispatcher } : {}) });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`expected the keys of auth, it answered ${statusCode}`);
    const { keys } = keySetSchema.parse(JSON.parse(text));
    const usable = keys.filter(isSignatureKey);
    const imported = await Promise.all(
      usable.map(async (jwk) => [jwk.kid, (await importJWK(jwk, SIGNATURE_ALGORITHM)) as CryptoKey] as const),
    );
    const former = [...(this.#keys?.keys() ?? [])];
    this.#keys = new Map(imported);
    this.#fetchedAtMs = performance.now();
    if (former.some((kid) => !this.#keys?.has(kid))) onRemoved();
  }
}

/** A secret in a key set, or a key of another kind, could only be there to confuse. */
function isSignatureKey({ kty, crv, use, alg, d, k }: JWK): boolean {
  const fits = kty === 'OKP' && crv === 'Ed25519' && (use ?? 'sig') === 'sig';
  return fits && (alg ?? SIGNATURE_ALGORITHM) === SIGNATURE_ALGORITHM && d === undefined && k === undefined;
}
