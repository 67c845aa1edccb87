import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { Revocation } from '../revocations/announce-revocation.ts';
import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';

/** A user as tests need one. */
export function someUser(user: Partial<User> = {}): User {
  const id = randomUUID();
  return { id, username: `user-${id}`, role: 'user', createdAt: new Date(), ...user };
}

export interface UserStoreUnderTest {
  store: UserStore;
  announced(): Promise<Pick<Revocation, 'kind' | 'id'>[]>;
}

/** What every UserStore does. */
export function testUserStore(tested: () => UserStoreUnderTest): void {
  const store = () => tested().store;
  const now = new Date();
  async function addUser(part: Partial<User> = {}): Promise<User> {
    const user = someUser(part);
    await store().insert(user);
    return user;
  }

  it('finds a user by id and by name, whatever its case', async () => {
    const user = someUser({ username: `Alice-${randomUUID()}`, role: 'admin', passwordHash: 'hash' });
    expect(await store().insert(user)).toBe(true);
    expect(await store().findById(user.id)).toEqual(user);
    expect(await store().findByUsername(user.username.toUpperCase())).toEqual(user);
    expect(await store().findByUsername('nobody')).toBeUndefined();
    expect(await store().findById(randomUUID())).toBeUndefined();
  });

  it('keeps a user without a password', async () => {
    const user = await addUser();
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

  it('changes what it is told to and nothing else, and tells of it where asked', async () => {
    const user = await addUser({ passwordHash: 'hash' });
    expect(await store().change(user.id, { role: 'pro' }, { now, announce: true })).toBe(true);
    expect(await store().change(user.id, { disabledAt: now }, { now })).toBe(true);
    expect(await store().findById(user.id)).toEqual({ ...user, role: 'pro', disabledAt: now });
    await store().change(user.id, { disabledAt: undefined, passwordHash: 'new' }, { now });
    expect(await store().findById(user.id)).toEqual({ ...user, role: 'pro', passwordHash: 'new' });
    await store().change(user.id, { phoneSealed: 'sealed' }, { now });
    expect(await store().findById(user.id)).toMatchObject({ phoneSealed: 'sealed' });
    await store().change(user.id, { phoneSealed: undefined }, { now });
    expect(await store().findById(user.id)).not.toHaveProperty('phoneSealed');
    expect((await tested().announced()).filter(({ id }) => id === user.id)).toMatchObject([{ kind: 'user' }]);
    expect(await store().change(randomUUID(), { role: 'pro' }, { now })).toBe(false);
  });

  it('gives a confirmed e-mail address to one user', async () => {
    const [first, second] = [await addUser(), await addUser()];
    const email = { sealed: 'sealed', index: randomUUID(), verifiedAt: now };
    expect(await store().change(first.id, { email }, { now })).toBe(true);
    expect(await store().change(second.id, { email }, { now })).toBe(false);
    expect(await store().findByEmail(['other', email.index])).toMatchObject({ id: first.id, emailSealed: 'sealed' });
    expect(await store().findByEmail(['other'])).toBeUndefined();
  });

  it('lists users by name, in pages, by role and part of the name', async () => {
    const part = randomUUID();
    for (const letter of ['b', 'A', 'c']) await addUser({ username: `${letter}-${part}`, role: 'service' });
    const names = async (options: object) =>
      (await store().list({ search: part.toUpperCase(), limit: 2, ...options })).map(({ username }) => username.at(0));
    expect(await names({})).toEqual(['A', 'b']);
    expect(await names({ after: `B-${part}` })).toEqual(['c']);
    expect(await names({ role: 'admin' })).toEqual([]);
  });

  it('leaves nothing of an erased user but the id', async () => {
    const user = await addUser({ passwordHash: 'hash' });
    expect(await store().erase(user.id, now)).toBe(true);
    expect(await store().erase(user.id, now)).toBe(false);
    expect(await store().findByUsername(user.username)).toBeUndefined();
    const left = await store().findById(user.id);
    expect(left).toMatchObject({ id: user.id, deletedAt: now });
    expect(JSON.stringify(left)).not.toContain('hash');
    expect(await store().list({ search: user.username, limit: 5 })).toEqual([]);
    expect((await tested().announced()).filter(({ id }) => id === user.id)).toHaveLength(1);
  });
}
