import { randomBytes, randomUUID } from 'node:crypto';
import type { Identity, Scope, Tokens } from '@quotefleet/contracts';
import { AppError, invalidArgument, notFound, toShanghaiIso } from '@quotefleet/service-kit';
import type { Audit } from '../audit/audit.ts';
import { fromRequest } from '../audit/audit-scope.ts';
import type { AuthEvents } from '../events.ts';
import { hashSecret } from '../secret-hash.ts';
import type { AccessTokens } from '../signing-keys/access-tokens.ts';
import { isActive, type ScopesOf, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { Session, SessionStore } from './session-store.ts';
import type { SignIn, SignInRequest } from './sign-in.ts';

/** How long a sign-in lasts, however often it is refreshed. */
const SESSION_MS = 30 * 24 * 3600 * 1000;
const SESSIONS_PER_USER_MAX = 100;
const SECRET_BYTES = 32;

interface SessionsDependencies {
  users: UserStore;
  store: SessionStore;
  signIn: SignIn;
  accessTokens: AccessTokens;
  scopesOf: ScopesOf;
  audit: Audit;
  events: AuthEvents;
  /** The time of day; the system's where absent. */
  now?: (() => Date) | undefined;
}

/** What an OAuth client may ask for. */
export interface SessionLimits {
  clientId?: string | undefined;
  /** Narrower than what the role allows. */
  scopes?: Scope[] | undefined;
}

export interface SessionTokens extends Tokens {
  scopes: readonly Scope[];
}

export interface Sessions {
  /** @throws AppError as SignIn says, INVALID_ARGUMENT where the user has none of the scopes */
  login(request: SignInRequest, limits?: SessionLimits): Promise<SessionTokens>;
  /** @throws AppError UNAUTHENTICATED for a token that is unknown, expired, used up, revoked or another client's; as above */
  refresh(request: { refreshToken: string }, limits?: SessionLimits): Promise<SessionTokens>;
  /** Ends the session of the call. @throws AppError FORBIDDEN where it has none */
  logout(caller: Identity): Promise<void>;
  logoutAll(caller: Identity): Promise<number>;
  list(caller: Identity): Promise<SessionView[]>;
  /** The caller's own session, or any for an admin. @throws AppError NOT_FOUND */
  revoke(caller: Identity, id: string): Promise<void>;
}

export interface SessionView {
  id: string;
  current: boolean;
  clientId?: string;
  ip?: string;
  userAgent?: string;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
}

export function createSessions(dependencies: SessionsDependencies): Sessions {
  const { users, store, signIn, accessTokens, scopesOf, audit, events, now = () => new Date() } = dependencies;

  const within = (role: string, limit: Scope[] | undefined) =>
    scopesOf(role).filter((scope) => limit === undefined || limit.includes(scope));

  /** @throws AppError INVALID_ARGUMENT where scopes are asked for and none of them is to be had */
  function checkScopes(role: string, limit: Scope[] | undefined): void {
    if (limit !== undefined && within(role, limit).length === 0)
      throw invalidArgument('scope', `expected a scope that the user has, was ${limit.join(' ')}`);
  }

  /** Before the token is used up: whoever asked for too much may ask again. */
  async function checkNarrowed(tokenHash: string, wanted: Scope[]): Promise<void> {
    const session = await store.findByToken(tokenHash);
    const user = session && (await users.findById(session.userId));
    if (user) checkScopes(user.role, narrow(session, wanted));
  }

  async function tokensFor(user: User, session: Session, refreshToken: string): Promise<SessionTokens> {
    const { id, clientId, scopes: limit } = session;
    const scopes = within(user.role, limit);
    const claims = { subject: user.id, role: user.role, scopes, session: id, clientId };
    const { token, expiresInSeconds } = await accessTokens.issue(claims);
    return { accessToken: token, tokenType: 'Bearer', expiresInSeconds, refreshToken, scopes };
  }

  const tell = (actor: string, action: string, target: string, reason?: string) =>
    audit.record({
      ...{ actor, action, target, outcome: reason === undefined ? ('allowed' as const) : ('refused' as const) },
      ...(reason === undefined ? {} : { reason }),
    });

  return {
    async login(request, { clientId, scopes } = {}) {
      const user = await signIn(request);
      checkScopes(user.role, scopes);
      const createdAt = now();
      const session: Session = {
        ...{ id: randomUUID(), userId: user.id, createdAt, lastUsedAt: createdAt },
        expiresAt: new Date(createdAt.getTime() + SESSION_MS),
        ...fromRequest(),
        ...(clientId === undefined ? {} : { clientId }),
        ...(scopes === undefined ? {} : { scopes }),
      };
      const refreshToken = newRefreshToken();
      await store.start(session, hashSecret(refreshToken), SESSIONS_PER_USER_MAX);
      events.loggedIn(user.id);
      await tell(user.id, 'auth.login', `session:${session.id}`);
      return tokensFor(user, session, refreshToken);
    },

    async refresh({ refreshToken }, { clientId, scopes } = {}) {
      const successor = newRefreshToken();
      const presented = { hash: hashSecret(refreshToken), clientId };
      if (scopes) await checkNarrowed(presented.hash, scopes);
      const rotation = await store.rotate(presented, { hash: hashSecret(successor), createdAt: now() });
      if (rotation.outcome === 'reused') {
        events.refreshTokenReused(rotation.userId, rotation.sessionId);
        await tell(rotation.userId, 'auth.refresh', `session:${rotation.sessionId}`, 'a refresh token came twice');
      }
      const user = rotation.outcome === 'rotated' ? await users.findById(rotation.session.userId) : undefined;
      if (rotation.outcome !== 'rotated' || !user || !isActive(user))
        throw new AppError('UNAUTHENTICATED', 'the refresh token is not valid, sign in again');
      const { session } = rotation;
      return tokensFor(user, scopes ? { ...session, scopes: narrow(session, scopes) } : session, successor);
    },

    async logout({ subject, session }) {
      if (session === undefined) throw new AppError('FORBIDDEN', 'this call was made without a session');
      await store.revoke(session, { userId: subject, now: now() });
      await tell(subject, 'auth.logout', `session:${session}`);
    },

    async logoutAll({ subject }) {
      const ended = await store.revokeAll(subject, { now: now() });
      await tell(subject, 'auth.logout-all', `user:${subject}`);
      return ended;
    },

    list: async ({ subject, session }) => (await store.list(subject, now())).map((one) => toView(one, session)),

    async revoke({ subject, scopes }, id) {
      const userId = scopes.includes('admin') ? undefined : subject;
      if (!(await store.revoke(id, { userId, now: now() }))) throw notFound(`no session that goes on has the id ${id}`);
      await tell(subject, 'auth.session.revoke', `session:${id}`);
    },
  };
}

/** A refresh may ask for less than the sign-in allowed, not for more (RFC 6749 section 6). */
function narrow({ scopes: granted }: Session, wanted: Scope[]): Scope[] {
  return wanted.filter((scope) => granted === undefined || granted.includes(scope));
}

function newRefreshToken(): string {
  return `qfr_${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

function toView(session: Session, current: string | undefined): SessionView {
  const { id, clientId, ip, userAgent, createdAt, lastUsedAt, expiresAt } = session;
  return {
    id,
    current: id === current,
    ...(clientId === undefined ? {} : { clientId }),
    ...(ip === undefined ? {} : { ip }),
    ...(userAgent === undefined ? {} : { userAgent }),
    createdAt: toShanghaiIso(createdAt),
    lastUsedAt: toShanghaiIso(lastUsedAt),
    expiresAt: toShanghaiIso(expiresAt),
  };
}
