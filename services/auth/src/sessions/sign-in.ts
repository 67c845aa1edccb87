import { AppError } from '@quotefleet/service-kit';
import type { Audit } from '../audit/audit.ts';
import type { AuthEvents } from '../events.ts';
import type { SecondFactors } from '../second-factor/second-factors.ts';
import type { Throttle } from '../throttle/throttle.ts';
import type { PasswordHasher } from '../users/password-hasher.ts';
import { isActive, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

interface SignInDependencies {
  users: UserStore;
  passwords: PasswordHasher;
  secondFactors: SecondFactors;
  throttle: Throttle;
  audit: Audit;
  events: AuthEvents;
  now?: (() => Date) | undefined;
}

export interface SignInRequest {
  username: string;
  password: string;
  totp?: string | undefined;
}

/**
 * Who signs in.
 * @throws AppError UNAUTHENTICATED, the same after the same work for an unknown user, a disabled one and a wrong password;
 * TOTP_REQUIRED or TOTP_INVALID once the password is right; RATE_LIMITED after too many failures
 */
export type SignIn = (request: SignInRequest) => Promise<User>;

export function createSignIn(dependencies: SignInDependencies): SignIn {
  const { users, passwords, secondFactors, throttle, audit, events, now = () => new Date() } = dependencies;

  async function refuse(user: User | undefined, reason: string): Promise<void> {
    events.loginRefused();
    // A name that nobody has may be a password typed into the wrong field.
    const target = user ? `user:${user.id}` : 'user:unknown';
    await audit.record({ actor: 'anonymous', action: 'auth.login', target, outcome: 'refused', reason });
  }

  async function throttled(username: string): Promise<() => Promise<void>> {
    try {
      return await throttle.attempt('sign-in', username);
    } catch (error) {
      if (error instanceof AppError && error.code === 'RATE_LIMITED')
        await refuse(await users.findByUsername(username), 'too many failures');
      throw error;
    }
  }

  /** Passwords hashed with less work than today's become as hard to guess as new ones. */
  async function rehash(user: User, password: string): Promise<void> {
    if (user.passwordHash === undefined || !passwords.isOutdated(user.passwordHash)) return;
    await users.change(user.id, { passwordHash: await passwords.hash(password) }, { now: now() });
  }

  return async ({ username, password, totp }) => {
    const succeeded = await throttled(username);
    const user = await users.findByUsername(username);
    const matches = await passwords.verify(password, user?.passwordHash);
    if (!user || !matches || !isActive(user)) {
      await refuse(user, user && !isActive(user) ? 'the user is disabled' : 'wrong name or password');
      throw new AppError('UNAUTHENTICATED', 'the username or the password is wrong');
    }
    try {
      await secondFactors.check(user.id, totp);
    } catch (error) {
      if (error instanceof AppError && error.code === 'TOTP_INVALID') await refuse(user, 'wrong second factor');
      if (error instanceof AppError && error.code === 'RATE_LIMITED') await refuse(user, 'too many second factors');
      throw error;
    }
    await succeeded();
    await rehash(user, password);
    return user;
  };
}
