import { EntitySchema } from 'typeorm';
import type { Role, User } from './user.ts';

export interface UserRow {
  id: string;
  username: string;
  passwordHash: string | null;
  role: Role;
  emailSealed: string | null;
  emailIndex: string | null;
  emailVerifiedAt: Date | null;
  phoneSealed: string | null;
  disabledAt: Date | null;
  deletedAt: Date | null;
  createdAt: Date;
}

export const userEntity = new EntitySchema<UserRow>({
  name: 'user',
  tableName: 'users',
  columns: {
    id: { type: 'uuid', primary: true },
    username: { type: 'text' },
    passwordHash: { type: 'text', name: 'password_hash', nullable: true },
    role: { type: 'text' },
    emailSealed: { type: 'text', name: 'email_sealed', nullable: true },
    emailIndex: { type: 'text', name: 'email_index', nullable: true },
    emailVerifiedAt: { type: 'timestamptz', name: 'email_verified_at', nullable: true },
    phoneSealed: { type: 'text', name: 'phone_sealed', nullable: true },
    disabledAt: { type: 'timestamptz', name: 'disabled_at', nullable: true },
    deletedAt: { type: 'timestamptz', name: 'deleted_at', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at' },
  },
});

export function rowToUser(row: UserRow): User {
  const { id, username, role, createdAt, ...rest } = row;
  const known = Object.entries(rest).filter(([, value]) => value !== null);
  return { id, username, role, createdAt, ...Object.fromEntries(known) };
}

export function userToRow(user: User): UserRow {
  const none = { passwordHash: null, emailSealed: null, emailIndex: null };
  return { ...none, emailVerifiedAt: null, phoneSealed: null, disabledAt: null, deletedAt: null, ...user };
}
