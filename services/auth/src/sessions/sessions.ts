import { randomBytes, randomUUID } from 'node:crypto';
import type { Tokens } from '@quotefleet/contracts';
import { AppError } from '@quotefleet/service-kit';
import type { AuthEvents } from '../events.ts';
import { hashSecret } from '../secret-hash.ts';
import type { AccessTokens } from '../signing-keys/access-tokens.ts';
import type { PasswordHasher } from '../users/password-hasher.ts';
import type { User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { RefreshTokenStore } from './refresh-token-store.ts';

/** How long a sign-in lasts, however often it is refreshed. */
const SESSION_MS = 30 * 24 * 3600 * 1000;
const SECRET_BYTES = 32;

interface SessionsDependencies {
  users: UserStore;
  refreshTokens: RefreshTokenStore;
  passwords: PasswordHasher;
  accessTokens: AccessTokens;
  events: AuthEvents;
  /** The time of day; the system's where absent. */
  now?: () => Date;
}

export interface Sessions {
  /** @throws AppError UNAUTHENTICATED, the same for an unknown user and for a wrong password */
  login(request: { username: string; password: string }): Promise<Tokens>;
  /** @throws AppError UNAUTHENTICATED for a token that is unknown, expired, used up or revoked */
  refresh(request: { refreshToken: string }): Promise<Tokens>;
}

export function createSessions(dependencies: SessionsDependencies): Sessions {
  const { users, refreshTokens, passwords, accessTokens, events, now = () => new Date() } = dependencies;

  async function tokensFor(user: User, refreshToken: string): Promise<Tokens> {
    const { token, expiresInSeconds } = await accessTokens.issue(user);
    return { accessToken: token, tokenType: 'Bearer', expiresInSeconds, refreshToken };
  }

  return {
    async login({ username, password }) {
      const user = await users.findByUsername(username);
      const matches = await passwords.verify(password, user?.passwordHash);
      if (!user || !matches) {
        events.loginRefused();
        throw new AppError('UNAUTHENTICATED', 'the username or the password is wrong');
      }
      const refreshToken = newRefreshToken();
      const id = randomUUID();
      const createdAt = now();
      const expiresAt = new Date(createdAt.getTime() + SESSION_MS);
      const tokenHash = hashSecret(refreshToken);
      await refreshTokens.startFamily({ id, familyId: id, userId: user.id, tokenHash, createdAt, expiresAt });
      events.loggedIn(user.id);
      return tokensFor(user, refreshToken);
    },

    async refresh({ refreshToken }) {
      const successor = newRefreshToken();
      const rotation = await refreshTokens.rotate(hashSecret(refreshToken), {
        id: randomUUID(),
        tokenHash: hashSecret(successor),
        createdAt: now(),
      });
      if (rotation.outcome === 'reused') events.refreshTokenReused(rotation.userId, rotation.familyId);
      const user = rotation.outcome === 'rotated' ? await users.findById(rotation.userId) : undefined;
      if (!user) throw new AppError('UNAUTHENTICATED', 'the refresh token is not valid, sign in again');
      return tokensFor(user, successor);
    },
  };
}

function newRefreshToken(): string {
  return `qfr_${randomBytes(SECRET_BYTES).toString('base64url')}`;
}
