import type { Role, User } from './user.ts';

/** `undefined` takes a value away. */
export interface UserChange {
  role?: Role;
  passwordHash?: string;
  disabledAt?: Date | undefined;
  email?: { sealed: string; index: string; verifiedAt: Date };
  phoneSealed?: string | undefined;
}

export interface ChangeOptions {
  now: Date;
  /** Whether tokens issued before are refused and what is believed of the user's keys is forgotten. */
  announce?: boolean;
  /** Whether the user's sessions end, all or all but one, and the tokens that were mailed. */
  endSessions?: boolean | { except: string | undefined };
}

export interface ListUsersOptions {
  /** Part of the name. */
  search?: string | undefined;
  role?: Role | undefined;
  limit: number;
  /** The name that the page before ended with. */
  after?: string | undefined;
}

/** Usernames are compared without regard to case. Changes and what they revoke are one transaction. */
export interface UserStore {
  /** Answers false, and stores nothing, when the username is taken. */
  insert(user: User): Promise<boolean>;
  findByUsername(username: string): Promise<User | undefined>;
  findById(id: string): Promise<User | undefined>;
  /** Whose confirmed address has one of these indexes. */
  findByEmail(indexes: readonly string[]): Promise<User | undefined>;
  /** Users that are not deleted, in the order of their names. */
  list(options: ListUsersOptions): Promise<User[]>;
  /** Answers false where there is no such user, or another one has the e-mail address. */
  change(id: string, change: UserChange, options: ChangeOptions): Promise<boolean>;
  /** Removes all of a user but the id: name, password, address, phone number, keys, sessions, second factor. False where there is none. */
  erase(id: string, now: Date): Promise<boolean>;
}
