import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { authApi, Identity, Scope } from '@quotefleet/contracts';
import { invalidArgument, notFound, toShanghaiIso } from '@quotefleet/service-kit';
import type { Audit } from '../audit/audit.ts';
import { hashSecret } from '../secret-hash.ts';
import type { Role, ScopesOf } from '../users/user.ts';
import type { OAuthClient, OAuthClientStore } from './oauth-client-store.ts';

const SECRET_BYTES = 32;
const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface OAuthClientsDependencies {
  store: OAuthClientStore;
  scopesOf: ScopesOf;
  audit: Audit;
  now?: (() => Date) | undefined;
}

interface NewClient {
  name: string;
  role: Role;
  scopes: Scope[];
  grants: authApi.GrantType[];
  expiresInDays?: number | undefined;
}

export interface OAuthClientView {
  id: string;
  name: string;
  role: Role;
  scopes: Scope[];
  grants: authApi.GrantType[];
  createdAt: string;
  expiresAt?: string;
}

export interface OAuthClients {
  create(caller: Identity, request: NewClient): Promise<OAuthClientView & { secret: string }>;
  list(): Promise<OAuthClientView[]>;
  /** @throws AppError NOT_FOUND */
  rotate(caller: Identity, id: string, overlapHours: number): Promise<OAuthClientView & { secret: string }>;
  /** @throws AppError NOT_FOUND */
  revoke(caller: Identity, id: string): Promise<void>;
  /** The client whose id and secret these are, with what it may ask for now. */
  authenticate(credentials: { id: string; secret: string }): Promise<OAuthClient | undefined>;
}

export function createOAuthClients({
  store,
  scopesOf,
  audit,
  now = () => new Date(),
}: OAuthClientsDependencies): OAuthClients {
  const tell = (caller: Identity, action: string, id: string) =>
    audit.record({
      actor: caller.subject,
      client: caller.client,
      action,
      target: `oauth-client:${id}`,
      outcome: 'allowed',
    });

  return {
    async create(caller, { name, role, scopes, grants, expiresInDays }) {
      const missing = scopes.filter((scope) => !scopesOf(role).includes(scope));
      if (missing.length > 0)
        throw invalidArgument('scopes', `expected scopes of the role ${role}, were ${missing.join(', ')}`);
      const createdAt = now();
      const secret = newSecret();
      const client: OAuthClient = {
        ...{ id: randomUUID(), name, role, scopes: [...new Set(scopes)], grants: [...new Set(grants)], createdAt },
        ...(expiresInDays === undefined ? {} : { expiresAt: new Date(createdAt.getTime() + expiresInDays * DAY_MS) }),
      };
      await store.insert(client, { hash: hashSecret(secret), createdAt });
      await tell(caller, 'oauth-client.create', client.id);
      return { ...toView(client), secret };
    },

    list: async () => (await store.list()).map(toView),

    async rotate(caller, id, overlapHours) {
      const secret = newSecret();
      const createdAt = now();
      const formerUntil = new Date(createdAt.getTime() + overlapHours * HOUR_MS);
      const client = await store.rotate(id, { hash: hashSecret(secret), createdAt }, formerUntil);
      if (!client) throw notFound(`no OAuth client has the id ${id}`);
      await tell(caller, 'oauth-client.rotate', id);
      return { ...toView(client), secret };
    },

    async revoke(caller, id) {
      if (!(await store.revoke(id, now()))) throw notFound(`no OAuth client has the id ${id}`);
      await tell(caller, 'oauth-client.revoke', id);
    },

    async authenticate({ id, secret }) {
      const found = UUID.test(id) ? await store.findValid(id, now()) : undefined;
      const presented = Buffer.from(hashSecret(secret));
      const matches = found?.secretHashes.some((hash) => timingSafeEqual(Buffer.from(hash), presented)) ?? false;
      if (!found || !matches) {
        const target = `oauth-client:${found ? id : 'unknown'}`;
        await audit.record({
          actor: 'anonymous',
          action: 'auth.client',
          target,
          outcome: 'refused',
          reason: 'wrong secret',
        });
        return undefined;
      }
      // A role that lost rights since must not keep them by an older client.
      const scopes = found.client.scopes.filter((scope) => scopesOf(found.client.role).includes(scope));
      return { ...found.client, scopes };
    },
  };
}

function newSecret(): string {
  return `qfs_${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

function toView({ createdAt, expiresAt, ...client }: OAuthClient): OAuthClientView {
  return {
    ...client,
    createdAt: toShanghaiIso(createdAt),
    ...(expiresAt ? { expiresAt: toShanghaiIso(expiresAt) } : {}),
  };
}
