import { invalidArgument } from '@quotefleet/service-kit';
import type { IsBreached } from './breached-passwords.ts';

/** What a password must not be, beyond its length, for whom it is chosen. */
export interface PasswordPolicy {
  /** @throws AppError INVALID_ARGUMENT naming `field` */
  check(field: string, password: string, owner: { username: string; email?: string | undefined }): void;
}

export function createPasswordPolicy(isBreached: IsBreached = () => false): PasswordPolicy {
  return {
    check(field, password, { username, email }) {
      const lower = password.toLowerCase();
      const names = [username, email?.split('@')[0] ?? ''].filter((name) => name.length >= 3);
      if (names.some((name) => lower.includes(name.toLowerCase())))
        throw invalidArgument(field, 'expected a password without the name of its user');
      if (new Set(password).size < 4) throw invalidArgument(field, 'expected at least 4 different characters');
      if (isBreached(password)) throw invalidArgument(field, 'this password has been in a leak, choose another');
    },
  };
}
