import { randomUUID } from 'node:crypto';
import { AppError } from '@quotefleet/service-kit';
import type { AuthEvents } from '../events.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';

interface AccountsDependencies {
  users: UserStore;
  passwords: PasswordHasher;
  events: AuthEvents;
}

export interface Accounts {
  /** @throws AppError CONFLICT when the username is taken */
  register(request: { username: string; password: string }): Promise<{ id: string; username: string; role: string }>;
}

export function createAccounts({ users, passwords, events }: AccountsDependencies): Accounts {
  return {
    async register({ username, password }) {
      const user: User = {
        id: randomUUID(),
        username,
        role: 'user',
        passwordHash: await passwords.hash(password),
        createdAt: new Date(),
      };
      if (!(await users.insert(user))) {
        const message = 'this username is taken';
        throw new AppError('CONFLICT', message, { errors: [{ field: 'username', message }] });
      }
      events.registered(user.id);
      return { id: user.id, username, role: user.role };
    },
  };
}
