import { randomBytes, randomUUID } from 'node:crypto';
import type { Identity, Scope } from '@quotefleet/contracts';
import { AppError, notFound } from '@quotefleet/service-kit';
import type { Audit } from '../audit/audit.ts';
import type { AuthEvents } from '../events.ts';
import { hashSecret } from '../secret-hash.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Sealing } from '../users/sealing.ts';
import { isActive, type ScopesOf } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { ApiKey, ApiKeyStore, KeyUse, ValidKey } from './api-key-store.ts';
import { type ApiKeyView, toApiKeyView } from './api-key-view.ts';
import { createKeyBounds, endWithin } from './key-bounds.ts';
import { newSigningSecret, openSigningSecret } from './signing-secrets.ts';

const KEYS_PER_USER_MAX = 100;
const PREFIX_BYTES = 4;
const SECRET_BYTES = 24;
const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;

interface ApiKeysDependencies {
  store: ApiKeyStore;
  users: Pick<UserStore, 'findById'>;
  sessions: Pick<SessionStore, 'findActive'>;
  sealing: Sealing | undefined;
  scopesOf: ScopesOf;
  audit: Audit;
  events: AuthEvents;
  /** The time of day; the system's where absent. */
  now?: (() => Date) | undefined;
}

interface NewKey {
  name: string;
  scopes: Scope[];
  expiresInDays?: number | undefined;
  signing: boolean;
}

export type IssuedKey = ApiKeyView & { key: string; signingSecret?: string };

export interface ApiKeys {
  /**
   * @throws AppError FORBIDDEN for a scope that the caller lacks, an end after that of the key of the call, a caller who is
   * no user, or the session of an OAuth client; CONFLICT for one key too many
   */
  create(caller: Identity, request: NewKey): Promise<IssuedKey>;
  list(caller: Identity): Promise<ApiKeyView[]>;
  /** The caller's own key. @throws AppError NOT_FOUND, FORBIDDEN where it may do what the call may not */
  rename(caller: Identity, id: string, name: string): Promise<void>;
  /** A successor of the caller's own key, which goes on for `overlapHours`. @throws AppError NOT_FOUND, FORBIDDEN */
  rotate(caller: Identity, id: string, overlapHours: number): Promise<IssuedKey>;
  /** The caller's own key, or any for an admin. @throws AppError as for `rename` */
  revoke(caller: Identity, id: string): Promise<void>;
  /** @throws AppError UNAUTHENTICATED where the key belongs to nobody */
  introspect(key: string): Promise<Identity>;
  /** @throws AppError UNAUTHENTICATED where no good key of this id was made to sign with */
  lookUpSigning(id: string): Promise<{ identity: Identity; secret: string }>;
  noteUses(uses: readonly KeyUse[]): Promise<number>;
  /** Makes `key` the admin key of whoever runs the fleet, in place of a former one. */
  adoptBootstrap(key: string): Promise<void>;
}

export function createApiKeys(dependencies: ApiKeysDependencies): ApiKeys {
  const { store, users, sessions, sealing, scopesOf, audit, events, now = () => new Date() } = dependencies;
  const bounds = createKeyBounds({ store, sessions, scopesOf, now });

  const tell = ({ subject, client }: Identity, action: string, id: string) =>
    audit.record({ actor: subject, client, action, target: `api-key:${id}`, outcome: 'allowed' });

  /** What whoever runs the fleet has done, by its configuration. */
  const tellSystem = (action: string, id: string, reason: string) =>
    audit.record({ actor: 'system', action, target: `api-key:${id}`, outcome: 'allowed', reason });

  async function checkOwn(caller: Identity, id: string): Promise<void> {
    const own = (await store.list(caller.subject)).find((key) => key.id === id);
    if (own) bounds.mayChange(caller, own);
  }

  function identityOf({ key, role }: ValidKey): Identity {
    // A user who lost rights since must not keep them by an older key.
    const scopes = key.scopes.filter((scope) => scopesOf(role).includes(scope));
    return {
      ...{ subject: key.userId, client: key.id, role, scopes },
      ...(key.expiresAt ? { expiresAt: key.expiresAt.getTime() } : {}),
    };
  }

  return {
    async create(caller, { name, scopes, expiresInDays, signing }) {
      bounds.holdsAll(caller, scopes);
      const owner = await users.findById(caller.subject);
      if (!owner || !isActive(owner)) throw new AppError('FORBIDDEN', 'only users may have API keys');
      const createdAt = now();
      const wanted = expiresInDays === undefined ? undefined : new Date(createdAt.getTime() + expiresInDays * DAY_MS);
      const expiresAt = endWithin(await bounds.endOf(caller), wanted);
      const kept = { userId: owner.id, name, scopes: [...new Set(scopes)], createdAt, ...(expiresAt && { expiresAt }) };
      const { stored, shown } = makeKey(kept, signing ? { sealing } : undefined);
      if (!(await store.insert(stored, KEYS_PER_USER_MAX)))
        throw new AppError('CONFLICT', `a user may hold ${KEYS_PER_USER_MAX} keys, revoke one first`);
      events.apiKeyCreated(caller.subject, stored.id);
      await tell(caller, 'api-key.create', stored.id);
      return { ...toApiKeyView(stored), ...shown };
    },

    list: async (caller) => (await store.list(caller.subject)).map(toApiKeyView),

    async rename(caller, id, name) {
      await checkOwn(caller, id);
      if (!(await store.rename(id, caller.subject, name))) throw unknownKey(id);
      await tell(caller, 'api-key.rename', id);
    },

    async rotate(caller, id, overlapHours) {
      const former = await store.findOwn(id, caller.subject, now());
      if (!former) throw unknownKey(id);
      bounds.holdsAll(caller, former.scopes);
      const end = await bounds.endOf(caller);
      if (end && (!former.expiresAt || former.expiresAt > end))
        throw new AppError('FORBIDDEN', 'this key goes on longer than the one of the call');
      const createdAt = now();
      const { userId, name, scopes, expiresAt, signingSealed } = former;
      const kept = { userId, name, scopes, createdAt, ...(expiresAt && { expiresAt }) };
      const { stored, shown } = makeKey(kept, signingSealed === undefined ? undefined : { sealing });
      const formerUntil = new Date(createdAt.getTime() + overlapHours * HOUR_MS);
      if (!(await store.replace(id, stored, formerUntil))) throw unknownKey(id);
      events.apiKeyCreated(caller.subject, stored.id);
      await tell(caller, 'api-key.rotate', id);
      return { ...toApiKeyView(stored), ...shown };
    },

    async revoke(caller, id) {
      const isAdmin = caller.scopes.includes('admin');
      if (!isAdmin) await checkOwn(caller, id);
      const ownerId = isAdmin ? {} : { ownerId: caller.subject };
      if (!(await store.revoke(id, { ...ownerId, now: now() }))) throw unknownKey(id);
      events.apiKeyRevoked(caller.subject, id);
      await tell(caller, 'api-key.revoke', id);
    },

    async introspect(text) {
      const found = await store.findValid(hashSecret(text), now());
      if (!found) throw new AppError('UNAUTHENTICATED', 'the API key is not valid');
      return identityOf(found);
    },

    async lookUpSigning(id) {
      const found = await store.findSigning(id, now());
      if (found?.key.signingSealed === undefined)
        throw new AppError('UNAUTHENTICATED', 'no valid API key of this id was made to sign with');
      return { identity: identityOf(found), secret: openSigningSecret(sealing, id, found.key.signingSealed) };
    },

    noteUses: store.noteUses,

    async adoptBootstrap(key) {
      const { retired, adopted, revoked } = await store.adoptBootstrap(hashSecret(key), now());
      if (revoked) events.bootstrapKeyRevoked();
      else events.bootstrapKeyInUse(retired.length);
      for (const id of retired) await tellSystem('api-key.retire', id, 'another bootstrap key was set');
      if (adopted !== undefined) await tellSystem('api-key.adopt', adopted, 'set as the bootstrap key');
    },
  };
}

type KeptOfKey = Pick<ApiKey, 'userId' | 'name' | 'scopes' | 'createdAt' | 'expiresAt'>;

/** A key as it is stored, and what is shown of it this once. */
function makeKey(kept: KeptOfKey, signing: { sealing: Sealing | undefined } | undefined) {
  const id = randomUUID();
  const prefix = randomBytes(PREFIX_BYTES).toString('hex');
  const key = `qf_${prefix}_${randomBytes(SECRET_BYTES).toString('hex')}`;
  const stored: ApiKey = { ...kept, id, prefix, keyHash: hashSecret(key) };
  if (!signing) return { stored, shown: { key } };
  const { secret, sealed } = newSigningSecret(signing.sealing, id);
  return { stored: { ...stored, signingSealed: sealed }, shown: { key, signingSecret: secret } };
}

function unknownKey(id: string): AppError {
  return notFound(`no API key has the id ${id}`);
}
