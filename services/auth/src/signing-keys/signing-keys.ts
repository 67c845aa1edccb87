import { ACCESS_TOKEN_SECONDS } from '@quotefleet/service-kit';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { AuthEvents } from '../events.ts';
import type { SigningKey, SigningKeyStore } from './signing-key-store.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Another process's new key is known here this much later at most; far less than it is published ahead. */
const RELOAD_MS = 20_000;
/** For clocks that differ. */
const SLACK_MS = 60_000;

export interface SigningKeysOptions {
  store: SigningKeyStore;
  events: AuthEvents;
  /** A key signs for so many days; 0 leaves rotation to admins. */
  days: number;
  /** How long a key is published before it signs: longer than a verifier keeps the JWKS. */
  leadMs: number;
  /** The time of day; the system's where absent. */
  now?: (() => Date) | undefined;
}

export interface SigningKeys {
  /** The key that signs now. */
  current(): Promise<SigningKey>;
  /** For the audit trail's signatures. */
  findActive(): Promise<SigningKey>;
  /** Every key by which a valid token may be signed now or soon, the newest first. */
  published(): Promise<SigningKey[]>;
  /** Publishes a successor that signs after the lead; where one waits already, that is it. */
  rotate(): Promise<{ key: SigningKey; created: boolean }>;
  /** Rotates when it is time to, and removes keys whose last token has expired. */
  tend(): Promise<void>;
}

/** The fleet's signing keys; the first is made at the first start. Several processes on one store agree. */
export async function openSigningKeys(options: SigningKeysOptions): Promise<SigningKeys> {
  const { store, events, days, leadMs, now = () => new Date() } = options;
  const reloadMs = Math.min(RELOAD_MS, leadMs / 4);
  if ((await store.list()).length === 0) await store.append(await generateSigningKey(now(), now()), undefined);
  let keys: SigningKey[] = [];
  let loadedAtMs = Number.NEGATIVE_INFINITY;

  async function load(): Promise<SigningKey[]> {
    keys = await store.list();
    loadedAtMs = performance.now();
    return keys;
  }

  async function rotate(): Promise<{ key: SigningKey; created: boolean }> {
    const [newest] = await load();
    if (newest && newest.signsFrom > now()) return { key: newest, created: false };
    const candidate = await generateSigningKey(now(), new Date(now().getTime() + leadMs));
    const key = await store.append(candidate, newest?.kid);
    await load();
    const created = key.kid === candidate.kid;
    if (created) events.signingKeyPublished(key.kid, key.signsFrom);
    return { key, created };
  }

  async function current(): Promise<SigningKey> {
    if (performance.now() - loadedAtMs > reloadMs) await load();
    const key = keys.find(({ signsFrom }) => signsFrom <= now()) ?? keys.at(-1);
    if (!key) throw new Error('expected a signing key, found none');
    return key;
  }

  return {
    current,
    findActive: current,
    published: async () => (await load()).filter((_key, index) => !isOver(keys, index, now())),
    rotate,
    async tend() {
      const [newest] = await load();
      const endsAt = (newest?.signsFrom.getTime() ?? 0) + days * DAY_MS;
      if (days > 0 && endsAt - leadMs <= now().getTime()) await rotate();
      const over = keys.filter((_key, index) => isOver(keys, index, now()));
      for (const { kid } of over) {
        await store.remove(kid);
        events.signingKeyRetired(kid);
      }
    },
  };
}

/** Whether the last token that a key signed has expired; it signed until its successor did. */
function isOver(keys: readonly SigningKey[], index: number, now: Date): boolean {
  const successor = keys[index - 1];
  if (!successor) return false;
  return successor.signsFrom.getTime() + ACCESS_TOKEN_SECONDS * 1000 + SLACK_MS <= now.getTime();
}

async function generateSigningKey(createdAt: Date, signsFrom: Date): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  return {
    kid,
    publicJwk: { ...publicJwk, kid, alg: 'EdDSA', use: 'sig' },
    privateJwk: await exportJWK(privateKey),
    createdAt,
    signsFrom,
  };
}
