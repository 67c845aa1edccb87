import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';

/** A user as tests need one. */
export function someUser(user: Partial<User> = {}): User {
  const id = randomUUID();
  return { id, username: `user-${id}`, role: 'user', createdAt: new Date(), ...user };
}

/** What every UserStore does. */
export function testUserStore(store: () => UserStore): void {
  it('finds a user by id and by name, whatever its case', async () => {
    const user = someUser({ username: `Alice-${randomUUID()}`, role: 'admin', passwordHash: 'hash' });
    expect(await store().insert(user)).toBe(true);
    expect(await store().findById(user.id)).toEqual(user);
    expect(await store().findByUsername(user.username.toUpperCase())).toEqual(user);
    expect(await store().findByUsername('nobody')).toBeUndefined();
    expect(await store().findById(randomUUID())).toBeUndefined();
  });

  it('keeps a user without a password', async () => {
    const user = someUser();
    await store().insert(user);
    expect(await store().findById(user.id)).not.toHaveProperty('passwordHash');
  });

  it('gives a name to one user only, of many who ask at once too', async () => {
    const name = `Name-${randomUUID()}`;
    const users = Array.from({ length: 5 }, (_, index) =>
      someUser({ username: index % 2 === 0 ? name : name.toLowerCase() }),
    );
    const inserted = await Promise.all(users.map((user) => store().insert(user)));
    expect(inserted.filter(Boolean)).toHaveLength(1);
    expect(await store().findByUsername(name)).toEqual(users[inserted.indexOf(true)]);
  });
}
