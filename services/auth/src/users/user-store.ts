import type { User } from './user.ts';

/** Usernames are compared without regard to case. */
export interface UserStore {
  /** Answers false, and stores nothing, when the username is taken. */
  insert(user: User): Promise<boolean>;
  findByUsername(username: string): Promise<User | undefined>;
  findById(id: string): Promise<User | undefined>;
}
