import type { Identity, Scope } from '@quotefleet/contracts';

export type Role = Identity['role'];

export interface User {
  id: string;
  username: string;
  role: Role;
  /** Absent where nobody can sign in by password. */
  passwordHash?: string;
  /** Sealed by the field cipher; see `sealing.ts`. */
  emailSealed?: string;
  /** By which the user is found by address; no two confirmed ones are the same. */
  emailIndex?: string;
  emailVerifiedAt?: Date;
  /** Sealed as well. */
  phoneSealed?: string;
  /** Kept out until enabled again. */
  disabledAt?: Date;
  /** Nothing of a deleted user is left but the id, for the audit trail. */
  deletedAt?: Date;
  createdAt: Date;
}

/** Whether somebody may act in this user's name. */
export function isActive(user: User): boolean {
  return user.disabledAt === undefined && user.deletedAt === undefined;
}

/** What a role may do, by the access policy; nothing where it is not known. */
export type ScopesOf = (role: Role) => readonly Scope[];
