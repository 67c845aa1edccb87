import { randomUUID } from 'node:crypto';
import type { authApi, Identity } from '@quotefleet/contracts';
import { AppError, invalidArgument, notFound, toShanghaiIso } from '@quotefleet/service-kit';
import { BOOTSTRAP_USER } from '../api-keys/bootstrap-key.ts';
import type { Audit } from '../audit/audit.ts';
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.ts';
import type { SecondFactors } from '../second-factor/second-factors.ts';
import { takenName } from './accounts.ts';
import type { EmailAddresses } from './email-addresses.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { PasswordPolicy } from './password-policy.ts';
import type { Sealing } from './sealing.ts';
import type { Role, ScopesOf, User } from './user.ts';
import type { ListUsersOptions, UserStore } from './user-store.ts';
import { addressOf, phoneOf, toUserView } from './user-view.ts';

const DAY_MS = 24 * 3600 * 1000;

interface UserAdminDependencies {
  users: UserStore;
  passwords: PasswordHasher;
  policy: PasswordPolicy;
  emails: EmailAddresses;
  tokens: OneTimeTokens;
  secondFactors: SecondFactors;
  sealing: Sealing | undefined;
  scopesOf: ScopesOf;
  audit: Audit;
  now?: (() => Date) | undefined;
}

interface NewUser {
  username: string;
  password: string;
  role: Role;
  email?: string | undefined;
}

/** What admins do with the accounts of others; each change is told to the audit trail. */
export interface UserAdmin {
  list(options: ListUsersOptions): Promise<{ users: authApi.UserView[]; next?: string }>;
  /** @throws AppError CONFLICT when the username is taken */
  create(caller: Identity, request: NewUser): Promise<authApi.UserView>;
  invite(caller: Identity, request: { role: Role; expiresInDays: number }): Promise<Invitation>;
  /** The following throw AppError NOT_FOUND, and CONFLICT where the caller would shut themselves out. */
  setRole(caller: Identity, id: string, role: Role): Promise<void>;
  setDisabled(caller: Identity, id: string, disabled: boolean): Promise<void>;
  resetTotp(caller: Identity, id: string): Promise<void>;
  erase(caller: Identity, id: string): Promise<void>;
  /** The caller as they are known here. */
  describe(caller: Identity): Promise<Description>;
}

interface Description {
  username?: string;
  email?: string;
  emailVerified: boolean;
  phone?: string;
  totp: boolean;
}

interface Invitation {
  invitation: string;
  role: Role;
  expiresAt: string;
}

export function createUserAdmin(dependencies: UserAdminDependencies): UserAdmin {
  const { users, passwords, policy, emails, tokens, secondFactors, sealing, scopesOf, audit } = dependencies;
  const { now = () => new Date() } = dependencies;

  const view = async (user: User) => toUserView(user, await secondFactors.isOn(user.id), sealing);
  const tell = (caller: Identity, action: string, target: string, reason?: string) =>
    audit.record({
      ...{ actor: caller.subject, client: caller.client, action, target, outcome: 'allowed' as const },
      ...(reason === undefined ? {} : { reason }),
    });

  function checkRole(role: Role): void {
    if (scopesOf(role).length === 0) throw invalidArgument('role', 'expected a role of the access policy');
  }

  async function findOther(caller: Identity, id: string): Promise<User> {
    const user = await users.findById(id);
    if (!user || user.deletedAt) throw notFound(`no user has the id ${id}`);
    if (id === caller.subject) throw new AppError('CONFLICT', 'nobody may do this to themselves');
    if (id === BOOTSTRAP_USER.id) throw new AppError('CONFLICT', 'the bootstrap admin lives as long as its key');
    return user;
  }

  return {
    async list(options) {
      const found = await users.list({ ...options, limit: options.limit + 1 });
      const page = found.slice(0, options.limit);
      const last = found.length > page.length ? page.at(-1)?.username : undefined;
      return { users: await Promise.all(page.map(view)), ...(last === undefined ? {} : { next: last }) };
    },

    async create(caller, { username, password, role, email }) {
      checkRole(role);
      policy.check('password', password, { username, email });
      const passwordHash = await passwords.hash(password);
      const user: User = { id: randomUUID(), username, role, passwordHash, createdAt: now() };
      if (!(await users.insert(user))) throw takenName();
      if (email !== undefined) await emails.ask(user, email);
      await tell(caller, 'user.create', `user:${user.id}`, `role ${role}`);
      return view(user);
    },

    async invite(caller, { role, expiresInDays }) {
      checkRole(role);
      const expiresAt = new Date(now().getTime() + expiresInDays * DAY_MS);
      const invitation = await tokens.issue({ kind: 'invitation', data: { role }, expiresAt });
      await tell(caller, 'user.invite', 'invitation', `role ${role}`);
      return { invitation, role, expiresAt: toShanghaiIso(expiresAt) };
    },

    async setRole(caller, id, role) {
      checkRole(role);
      const user = await findOther(caller, id);
      await users.change(id, { role }, { now: now(), announce: true });
      await tell(caller, 'user.role', `user:${id}`, `${user.role} became ${role}`);
    },

    async setDisabled(caller, id, disabled) {
      await findOther(caller, id);
      const change = { disabledAt: disabled ? now() : undefined };
      await users.change(id, change, { now: now(), announce: disabled, endSessions: disabled });
      await tell(caller, disabled ? 'user.disable' : 'user.enable', `user:${id}`);
    },

    async resetTotp(caller, id) {
      await findOther(caller, id);
      await secondFactors.remove(id);
      await users.change(id, {}, { now: now(), endSessions: true });
      await tell(caller, 'user.totp.reset', `user:${id}`);
    },

    async erase(caller, id) {
      await findOther(caller, id);
      if (!(await users.erase(id, now()))) throw notFound(`no user has the id ${id}`);
      await tell(caller, 'user.delete', `user:${id}`);
    },

    async describe(caller) {
      const user = await users.findById(caller.subject);
      if (!user) return { emailVerified: false, totp: false };
      const phone = phoneOf(user, sealing);
      return {
        ...{ username: user.username, ...addressOf(user, sealing), totp: await secondFactors.isOn(user.id) },
        ...(phone === undefined ? {} : { phone }),
      };
    },
  };
}
