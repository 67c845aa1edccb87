import type { Identity } from '@quotefleet/contracts';
import { AppError } from '@quotefleet/service-kit';
import { isActive, type User } from './user.ts';
import type { UserStore } from './user-store.ts';

/**
 * The user who calls, where they signed in for it: no API key and no OAuth client of its own may change an account.
 * @throws AppError FORBIDDEN
 */
export async function signedInUser(users: UserStore, caller: Identity): Promise<User> {
  const user = caller.session === undefined ? undefined : await users.findById(caller.subject);
  if (!user || !isActive(user)) throw new AppError('FORBIDDEN', 'this needs a user who has signed in');
  return user;
}
