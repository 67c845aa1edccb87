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

/** What each role may do. */
export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  user: ['read'],
  service: ['read', 'write'],
  admin: ['read', 'write', 'admin'],
};
