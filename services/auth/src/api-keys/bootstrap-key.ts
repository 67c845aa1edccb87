import type { User } from '../users/user.ts';
import type { ApiKey } from './api-key-store.ts';

/** The owner of bootstrap keys. Nobody can register this name (it has a space) or sign in by it (it has no password). */
export const BOOTSTRAP_USER: Omit<User, 'createdAt'> = {
  id: '00000000-0000-4000-8000-000000000001',
  username: 'bootstrap admin',
  role: 'admin',
};

/** What a bootstrap key looks like beside issued ones. */
export const BOOTSTRAP_KEY: Pick<ApiKey, 'name' | 'prefix' | 'scopes' | 'userId'> = {
  name: 'bootstrap',
  prefix: 'bootstrap',
  scopes: ['read', 'write', 'admin'],
  userId: BOOTSTRAP_USER.id,
};
