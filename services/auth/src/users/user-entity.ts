import { EntitySchema } from 'typeorm';
import type { Role, User } from './user.ts';

export interface UserRow {
  id: string;
  username: string;
  passwordHash: string | null;
  role: Role;
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
    createdAt: { type: 'timestamptz', name: 'created_at' },
  },
});

export function rowToUser({ passwordHash, ...row }: UserRow): User {
  return { ...row, ...(passwordHash === null ? {} : { passwordHash }) };
}

export function userToRow(user: User): UserRow {
  return { ...user, passwordHash: user.passwordHash ?? null };
}
