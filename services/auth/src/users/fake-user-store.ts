import type { Revocation } from '../revocations/announce-revocation.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';

/** A UserStore in memory that ends sessions in `sessions` and tells of users in `announced`. */
export function createFakeUserStore(
  sessions?: Pick<SessionStore, 'revokeAll'>,
  announced: Revocation[] = [],
): UserStore {
  const users = new Map<string, User>();
  const find = (username: string) =>
    [...users.values()].find((user) => user.username.toLowerCase() === username.toLowerCase());
  const live = (id: string) => {
    const user = users.get(id);
    return user && user.deletedAt === undefined ? user : undefined;
  };
  const holderOf = (indexes: readonly string[]) =>
    [...users.values()].find(
      ({ emailIndex, emailVerifiedAt }) => emailVerifiedAt && indexes.includes(emailIndex ?? ''),
    );
  return {
    async insert(user) {
      if (find(user.username)) return false;
      users.set(user.id, { ...user });
      return true;
    },
    findByUsername: async (username) => find(username),
    findById: async (id) => users.get(id),
    findByEmail: async (indexes) => holderOf(indexes),
    async list({ search = '', role, limit, after = '' }) {
      const key = (user: User) => user.username.toLowerCase();
      return [...users.values()]
        .filter((user) => user.deletedAt === undefined && (role === undefined || user.role === role))
        .filter((user) => key(user).includes(search.toLowerCase()) && key(user) > after.toLowerCase())
        .sort((a, b) => (key(a) < key(b) ? -1 : 1))
        .slice(0, limit);
    },
    async change(id, { email, ...change }, { now, announce = false, endSessions = false }) {
      const user = live(id);
      const holder = email ? holderOf([email.index]) : undefined;
      if (!user || (holder && holder.id !== id)) return false;
      const address = email
        ? { emailSealed: email.sealed, emailIndex: email.index, emailVerifiedAt: email.verifiedAt }
        : {};
      const { disabledAt, phoneSealed, ...kept } = { ...user, ...change, ...address };
      users.set(id, {
        ...kept,
        ...(disabledAt === undefined ? {} : { disabledAt }),
        ...(phoneSealed === undefined ? {} : { phoneSealed }),
      });
      if (endSessions) await sessions?.revokeAll(id, { now, ...(endSessions === true ? {} : endSessions) });
      if (announce) announced.push({ kind: 'user', id, at: now.getTime() });
      return true;
    },
    async erase(id, now) {
      const user = live(id);
      if (!user) return false;
      const { createdAt } = user;
      users.set(id, { id, role: 'user', createdAt, username: `deleted ${id}`, deletedAt: now });
      await sessions?.revokeAll(id, { now });
      announced.push({ kind: 'user', id, at: now.getTime() });
      return true;
    },
  };
}
