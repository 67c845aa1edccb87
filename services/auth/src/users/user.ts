import type { Identity, Scope } from '@quotefleet/contracts';

export type Role = Identity['role'];

export interface User {
  id: string;
  username: string;
  role: Role;
  /** Absent where nobody can sign in by password. */
  passwordHash?: string;
  createdAt: Date;
}

const ROLE_SCOPES: ReadonlyMap<Role, readonly Scope[]> = new Map([
  ['user', ['read']],
  ['service', ['read', 'write']],
  ['admin', ['read', 'write', 'admin']],
]);

/** What a role may do; nothing where it is not known. */
export function scopesOf(role: Role): readonly Scope[] {
  return ROLE_SCOPES.get(role) ?? [];
}
