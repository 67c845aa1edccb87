import { authApi, type Scope } from '@quotefleet/contracts';
import type { JWTPayload } from 'jose';
import type { Audit } from '../audit/audit.ts';
import { hashSecret } from '../secret-hash.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Sessions, SessionTokens } from '../sessions/sessions.ts';
import type { AccessTokens } from '../signing-keys/access-tokens.ts';
import { isActive } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { OAuthClient, OAuthClientStore } from './oauth-client-store.ts';
import { OAuthError } from './oauth-error.ts';

interface OAuthTokensDependencies {
  sessions: Sessions;
  sessionStore: SessionStore;
  accessTokens: AccessTokens;
  users: UserStore;
  clients: OAuthClientStore;
  audit: Audit;
  now?: (() => Date) | undefined;
}

export interface TokenRequest {
  grant_type?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  totp?: string | undefined;
  refresh_token?: string | undefined;
  scope?: string | undefined;
}

export interface OAuthTokens {
  /** @throws OAuthError, or an AppError that stands for one */
  issue(request: TokenRequest, client: OAuthClient | undefined): Promise<authApi.OAuthTokenAnswer>;
  /** Ends the session of a token; of another client's or an unknown one nothing. */
  revoke(token: string, client: OAuthClient): Promise<void>;
  introspect(token: string, client: OAuthClient): Promise<authApi.OAuthIntrospectAnswer>;
}

export function createOAuthTokens(dependencies: OAuthTokensDependencies): OAuthTokens {
  const { sessions, sessionStore, accessTokens, users, clients, audit, now = () => new Date() } = dependencies;

  async function byClient(client: OAuthClient, wanted: Scope[] | undefined): Promise<authApi.OAuthTokenAnswer> {
    const scopes = grantedScopes(client.scopes, wanted);
    const claims = { subject: client.id, role: client.role, scopes, clientId: client.id };
    const { token, expiresInSeconds } = await accessTokens.issue(claims);
    const entry = { actor: client.id, client: client.id, action: 'auth.client-credentials' };
    await audit.record({ ...entry, target: `oauth-client:${client.id}`, outcome: 'allowed' });
    return { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds, scope: scopes.join(' ') };
  }

  /** The session where it is one of the client's own. */
  async function sessionOf(token: string, client: OAuthClient) {
    const claims = await accessTokens.read(token);
    const session = claims
      ? typeof claims.sid === 'string'
        ? await sessionStore.findActive(claims.sid, now())
        : undefined
      : await sessionStore.findByToken(hashSecret(token));
    return session?.clientId === client.id ? session : undefined;
  }

  /** Whether nobody has taken back since what the token says. */
  async function isGood({ sub = '', sid }: JWTPayload & { sid?: unknown }): Promise<boolean> {
    if (typeof sid !== 'string') return (await clients.findValid(sub, now())) !== undefined;
    const [session, user] = await Promise.all([sessionStore.findActive(sid, now()), users.findById(sub)]);
    return session !== undefined && user !== undefined && isActive(user);
  }

  return {
    async issue(request, client) {
      const { grant_type: grant } = request;
      if (grant === undefined) throw new OAuthError('invalid_request', 'expected grant_type');
      if (grant !== 'password' && grant !== 'refresh_token' && grant !== 'client_credentials')
        throw new OAuthError('unsupported_grant_type', 'expected password, refresh_token or client_credentials');
      const wanted = parseScopes(request.scope);
      if (client && !client.grants.includes(grant))
        throw new OAuthError('unauthorized_client', `this client may not use ${grant}`);
      if (grant === 'client_credentials') {
        if (!client) throw new OAuthError('invalid_client', 'expected the credentials of a client');
        return byClient(client, wanted);
      }
      const scopes = client ? grantedScopes(client.scopes, wanted) : wanted;
      const limits = { clientId: client?.id, scopes };
      if (grant === 'refresh_token') {
        const { refresh_token: refreshToken } = request;
        if (refreshToken === undefined) throw new OAuthError('invalid_request', 'expected refresh_token');
        return toAnswer(await sessions.refresh({ refreshToken }, limits));
      }
      const { username, password, totp } = request;
      if (username === undefined || password === undefined)
        throw new OAuthError('invalid_request', 'expected username and password');
      return toAnswer(await sessions.login({ username, password, totp }, limits));
    },

    async revoke(token, client) {
      const session = await sessionOf(token, client);
      if (!session) return;
      await sessionStore.revoke(session.id, { now: now() });
      const entry = { actor: session.userId, client: client.id, action: 'auth.logout' };
      await audit.record({ ...entry, target: `session:${session.id}`, outcome: 'allowed' });
    },

    async introspect(token, client) {
      const claims = await accessTokens.read(token);
      // What another client's token says is no business of this one, unless it may read everything.
      const mayRead = claims?.client_id === client.id || client.scopes.includes('admin');
      if (!claims || !mayRead || !(await isGood(claims))) return { active: false };
      const { iss = '', exp = 0, iat = 0, sub = '', aud, sid, client_id: clientId, scopes } = claims;
      return {
        // RFC 7662 has whole seconds.
        ...{ active: true, token_type: 'Bearer', iss, exp, iat: Math.floor(iat), sub, aud: String(aud) },
        scope: Array.isArray(scopes) ? scopes.join(' ') : '',
        ...(typeof sid === 'string' ? { sid } : {}),
        ...(typeof clientId === 'string' ? { client_id: clientId } : {}),
      };
    },
  };
}

/** @throws OAuthError invalid_scope */
function parseScopes(text: string | undefined): Scope[] | undefined {
  if (text === undefined) return undefined;
  const parsed = authApi.scope.array().min(1).safeParse(text.split(' ').filter(Boolean));
  if (!parsed.success) throw new OAuthError('invalid_scope', 'expected read, write or admin, apart by blanks');
  return [...new Set(parsed.data)];
}

/** @throws OAuthError invalid_scope where more is wanted than there is */
function grantedScopes(held: Scope[], wanted: Scope[] | undefined): Scope[] {
  const missing = wanted?.filter((scope) => !held.includes(scope)) ?? [];
  if (missing.length > 0) throw new OAuthError('invalid_scope', `this client may not ask for ${missing.join(' ')}`);
  return wanted ?? held;
}

function toAnswer({ accessToken, expiresInSeconds, refreshToken, scopes }: SessionTokens): authApi.OAuthTokenAnswer {
  return {
    ...{ access_token: accessToken, token_type: 'Bearer', expires_in: expiresInSeconds, refresh_token: refreshToken },
    scope: scopes.join(' '),
  };
}
