import { randomBytes, randomUUID } from 'node:crypto';
import type { Identity, Scope } from '@quotefleet/contracts';
import { AppError, notFound, toShanghaiIso } from '@quotefleet/service-kit';
import type { AuthEvents } from '../events.ts';
import { hashSecret } from '../secret-hash.ts';
import type { ScopesOf } from '../users/user.ts';
import type { ApiKey, ApiKeyStore } from './api-key-store.ts';

const KEYS_PER_USER_MAX = 100;
const PREFIX_BYTES = 4;
const SECRET_BYTES = 24;
const DAY_MS = 24 * 3600 * 1000;

interface ApiKeysDependencies {
  store: ApiKeyStore;
  events: AuthEvents;
  scopesOf: ScopesOf;
  /** The time of day; the system's where absent. */
  now?: () => Date;
}

export interface ApiKeyView {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  createdAt: string;
  expiresAt?: string;
}

export interface ApiKeys {
  /** @throws AppError FORBIDDEN for a scope that the caller lacks, CONFLICT for one key too many */
  create(
    caller: Identity,
    request: { name: string; scopes: Scope[]; expiresInDays?: number | undefined },
  ): Promise<ApiKeyView & { key: string }>;
  list(caller: Identity): Promise<ApiKeyView[]>;
  /** The caller's own key, or any for an admin. @throws AppError NOT_FOUND */
  revoke(caller: Identity, id: string): Promise<void>;
  /** @throws AppError UNAUTHENTICATED where the key belongs to nobody */
  introspect(key: string): Promise<Identity>;
  /** Makes `key` the admin key of whoever runs the fleet, in place of a former one. */
  adoptBootstrap(key: string): Promise<void>;
}

export function createApiKeys({ store, events, scopesOf, now = () => new Date() }: ApiKeysDependencies): ApiKeys {
  return {
    async create(caller, { name, scopes, expiresInDays }) {
      const missing = scopes.filter((scope) => !caller.scopes.includes(scope));
      if (missing.length > 0) {
        const message = `a key may hold what its maker holds, which is not: ${missing.join(', ')}`;
        throw new AppError('FORBIDDEN', message, { errors: [{ field: 'scopes', message }] });
      }
      const createdAt = now();
      const prefix = randomBytes(PREFIX_BYTES).toString('hex');
      const key = `qf_${prefix}_${randomBytes(SECRET_BYTES).toString('hex')}`;
      const stored: ApiKey = {
        id: randomUUID(),
        userId: caller.subject,
        name,
        prefix,
        keyHash: hashSecret(key),
        scopes: [...new Set(scopes)],
        createdAt,
        ...(expiresInDays === undefined ? {} : { expiresAt: new Date(createdAt.getTime() + expiresInDays * DAY_MS) }),
      };
      if (!(await store.insert(stored, KEYS_PER_USER_MAX)))
        throw new AppError('CONFLICT', `a user may hold ${KEYS_PER_USER_MAX} keys, revoke one first`);
      events.apiKeyCreated(caller.subject, stored.id);
      return { ...toView(stored), key };
    },

    async list(caller) {
      return (await store.list(caller.subject)).map(toView);
    },

    async revoke(caller, id) {
      const ownerId = caller.scopes.includes('admin') ? {} : { ownerId: caller.subject };
      if (!(await store.revoke(id, { ...ownerId, now: now() }))) throw notFound(`no API key has the id ${id}`);
      events.apiKeyRevoked(caller.subject, id);
    },

    async introspect(text) {
      const found = await store.findValid(hashSecret(text), now());
      if (!found) throw new AppError('UNAUTHENTICATED', 'the API key is not valid');
      const { key, role } = found;
      // A user who lost rights since must not keep them by an older key.
      const scopes = key.scopes.filter((scope) => scopesOf(role).includes(scope));
      return { subject: key.userId, client: key.id, role, scopes };
    },

    async adoptBootstrap(key) {
      const { retired, revoked } = await store.adoptBootstrap(hashSecret(key), now());
      if (revoked) events.bootstrapKeyRevoked();
      else events.bootstrapKeyInUse(retired);
    },
  };
}

function toView({ id, name, prefix, scopes, createdAt, expiresAt }: ApiKey): ApiKeyView {
  return {
    id,
    name,
    prefix,
    scopes,
    createdAt: toShanghaiIso(createdAt),
    ...(expiresAt ? { expiresAt: toShanghaiIso(expiresAt) } : {}),
  };
}
