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

/** What a role may do, by the access policy; nothing where it is not known. */
export type ScopesOf = (role: Role) => readonly Scope[];
