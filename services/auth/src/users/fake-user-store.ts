import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';

/** A UserStore in memory. */
export function createFakeUserStore(): UserStore {
  const users = new Map<string, User>();
  const find = (username: string) =>
    [...users.values()].find((user) => user.username.toLowerCase() === username.toLowerCase());
  return {
    async insert(user) {
      if (find(user.username)) return false;
      users.set(user.id, { ...user });
      return true;
    },
    findByUsername: async (username) => find(username),
    findById: async (id) => users.get(id),
  };
}
