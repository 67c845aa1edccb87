import { randomUUID } from 'node:crypto';
import type { Identity } from '@quotefleet/contracts';
import { AppError } from '@quotefleet/service-kit';
import type { Audit } from '../audit/audit.ts';
import type { AuthEvents } from '../events.ts';
import type { PostOffice } from '../mail/post-office.ts';
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.ts';
import type { SecondFactors } from '../second-factor/second-factors.ts';
import type { Throttle } from '../throttle/throttle.ts';
import type { EmailAddresses } from './email-addresses.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { PasswordPolicy } from './password-policy.ts';
import { requireSealing, type Sealing, sealPhone } from './sealing.ts';
import { signedInUser } from './signed-in-user.ts';
import { isActive, type Role, type User } from './user.ts';
import type { UserStore } from './user-store.ts';
import { addressOf } from './user-view.ts';

const RESET_MS = 3600 * 1000;
const STANDARD_ROLE = 'user';

export type RegistrationMode = 'open' | 'invite' | 'closed';

interface AccountsDependencies {
  users: UserStore;
  passwords: PasswordHasher;
  policy: PasswordPolicy;
  emails: EmailAddresses;
  tokens: OneTimeTokens;
  secondFactors: SecondFactors;
  sealing: Sealing | undefined;
  post: PostOffice;
  throttle: Throttle;
  audit: Audit;
  events: AuthEvents;
  registration: RegistrationMode;
  now?: (() => Date) | undefined;
}

export interface Registration {
  username: string;
  password: string;
  email?: string | undefined;
  invitation?: string | undefined;
}

/** What people do with their own account. */
export interface Accounts {
  /** @throws AppError CONFLICT when the username is taken, FORBIDDEN where registration is closed or by invitation, RATE_LIMITED */
  register(request: Registration): Promise<{ id: string; username: string; role: Role }>;
  /** @throws AppError UNAUTHENTICATED where the current password is wrong, RATE_LIMITED */
  changePassword(caller: Identity, request: { currentPassword: string; newPassword: string }): Promise<void>;
  changeEmail(caller: Identity, request: { email: string; currentPassword: string }): Promise<void>;
  verifyEmail(token: string): Promise<void>;
  /** Takes it away where `phone` is absent. @throws AppError UNAVAILABLE without a master key */
  changePhone(caller: Identity, request: { phone: string | undefined; currentPassword: string }): Promise<void>;
  /** Says nothing of whether somebody has the address. */
  requestPasswordReset(email: string): Promise<void>;
  resetPassword(request: { token: string; newPassword: string }): Promise<void>;
  enrolTotp(caller: Identity, currentPassword: string): Promise<{ secret: string; uri: string }>;
  confirmTotp(caller: Identity, code: string): Promise<string[]>;
  disableTotp(caller: Identity, request: { currentPassword: string; totp: string }): Promise<void>;
}

export function createAccounts(dependencies: AccountsDependencies): Accounts {
  const { users, passwords, policy, emails, tokens, secondFactors, post, throttle, audit, events } = dependencies;
  const { sealing, registration, now = () => new Date() } = dependencies;
  const tell = (user: User, action: string) =>
    audit.record({ actor: user.id, action, target: `user:${user.id}`, outcome: 'allowed' });

  const tellRefused = (user: User, reason: string) =>
    audit.record({
      ...{ actor: user.id, action: 'auth.reauthenticate', target: `user:${user.id}`, reason },
      outcome: 'refused',
    });

  /** @throws AppError TOTP_INVALID, which the audit trail is told of */
  async function checkTotp(user: User, totp: string): Promise<void> {
    try {
      await secondFactors.check(user.id, totp);
    } catch (error) {
      if (error instanceof AppError && error.code === 'TOTP_INVALID') await tellRefused(user, 'wrong second factor');
      if (error instanceof AppError && error.code === 'RATE_LIMITED')
        await tellRefused(user, 'too many second factors');
      throw error;
    }
  }

  /** The caller, once the password was typed again; guessed at no faster than at a sign-in. */
  async function confirmCaller(caller: Identity, password: string): Promise<User> {
    const user = await signedInUser(users, caller);
    const succeeded = await throttle.attempt('sign-in', user.username);
    if (!(await passwords.verify(password, user.passwordHash))) {
      await tellRefused(user, 'wrong password');
      const message = 'the current password is wrong';
      throw new AppError('UNAUTHENTICATED', message, { errors: [{ field: 'currentPassword', message }] });
    }
    await succeeded();
    return user;
  }

  async function roleOfNew(invitation: string | undefined): Promise<Role> {
    if (registration === 'closed') throw new AppError('FORBIDDEN', 'registration is closed');
    if (registration === 'open' && invitation === undefined) return STANDARD_ROLE;
    const taken = invitation === undefined ? undefined : await tokens.take('invitation', invitation);
    if (!taken) throw new AppError('FORBIDDEN', 'registration needs an invitation that was not used yet');
    return taken.data.role;
  }

  return {
    async register({ username, password, email, invitation }) {
      policy.check('password', password, { username, email });
      if (email !== undefined) await throttle.attempt('mail', email);
      if (registration !== 'open' || invitation !== undefined) await refuseTaken(users, username);
      const role = await roleOfNew(invitation);
      const passwordHash = await passwords.hash(password);
      const user: User = { id: randomUUID(), username, role, passwordHash, createdAt: now() };
      if (!(await users.insert(user))) throw takenName();
      if (email !== undefined) await emails.ask(user, email);
      events.registered(user.id);
      await tell(user, 'auth.register');
      return { id: user.id, username, role };
    },

    async changePassword(caller, { currentPassword, newPassword }) {
      const user = await confirmCaller(caller, currentPassword);
      policy.check('newPassword', newPassword, user);
      const passwordHash = await passwords.hash(newPassword);
      const options = { now: now(), endSessions: { except: caller.session } };
      await users.change(user.id, { passwordHash }, options);
      await tell(user, 'auth.password.change');
    },

    async changeEmail(caller, { email, currentPassword }) {
      const user = await confirmCaller(caller, currentPassword);
      await throttle.attempt('mail', email);
      await emails.ask(user, email);
      await tell(user, 'auth.email.ask');
    },

    async verifyEmail(token) {
      const userId = await emails.confirm(token);
      await audit.record({ actor: userId, action: 'auth.email.confirm', target: `user:${userId}`, outcome: 'allowed' });
    },

    async changePhone(caller, { phone, currentPassword }) {
      const user = await confirmCaller(caller, currentPassword);
      const phoneSealed = phone === undefined ? undefined : sealPhone(requireSealing(sealing), user.id, phone);
      await users.change(user.id, { phoneSealed }, { now: now() });
      await tell(user, phone === undefined ? 'auth.phone.remove' : 'auth.phone.change');
    },

    async requestPasswordReset(email) {
      await throttle.attempt('mail', email);
      const user = await emails.findUser(email);
      if (!user || !isActive(user)) return;
      const expiresAt = new Date(now().getTime() + RESET_MS);
      // Beside the answer: by its time nobody shall learn that there is such a user.
      void tokens
        .issue({ kind: 'reset-password', userId: user.id, data: {}, expiresAt })
        .then((token) => {
          const { username } = user;
          const { email: to = email } = addressOf(user, sealing);
          post.post({ kind: 'reset-password', to, username, token, expiresAt: expiresAt.getTime() });
          const entry = { action: 'auth.password.forgot', target: `user:${user.id}` };
          return audit.record({ ...entry, actor: 'anonymous', outcome: 'allowed' });
        })
        .catch((error: unknown) => events.mailNotSent('reset-password', String(error)));
    },

    async resetPassword({ token, newPassword }) {
      const userId = await tokens.ownerOf('reset-password', token);
      const user = userId === undefined ? undefined : await users.findById(userId);
      if (!user || !isActive(user)) throw badToken();
      // Before the token is used up: whoever chose badly may choose again.
      policy.check('newPassword', newPassword, user);
      const passwordHash = await passwords.hash(newPassword);
      if (!(await tokens.take('reset-password', token))) throw badToken();
      await users.change(user.id, { passwordHash }, { now: now(), endSessions: true });
      await tell(user, 'auth.password.reset');
    },

    async enrolTotp(caller, currentPassword) {
      return secondFactors.enrol(await confirmCaller(caller, currentPassword));
    },

    async confirmTotp(caller, code) {
      const user = await signedInUser(users, caller);
      const succeeded = await throttle.attempt('sign-in', user.username);
      const codes = await secondFactors.confirm(user.id, code);
      await succeeded();
      await tell(user, 'auth.totp.on');
      return codes;
    },

    async disableTotp(caller, { currentPassword, totp }) {
      const user = await confirmCaller(caller, currentPassword);
      await checkTotp(user, totp);
      await secondFactors.remove(user.id);
      await tell(user, 'auth.totp.off');
    },
  };
}

function badToken(): AppError {
  return new AppError('INVALID_ARGUMENT', 'the token is unknown, expired or used');
}

/** Before an invitation is used up for nothing. */
async function refuseTaken(users: UserStore, username: string): Promise<void> {
  if (await users.findByUsername(username)) throw takenName();
}

export function takenName(): AppError {
  const message = 'this username is taken';
  return new AppError('CONFLICT', message, { errors: [{ field: 'username', message }] });
}
