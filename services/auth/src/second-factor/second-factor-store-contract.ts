import { expect, it } from '@jest/globals';
import type { SecondFactorStore } from './second-factor-store.ts';

/** What every SecondFactorStore does. */
export function testSecondFactorStore(store: () => SecondFactorStore, addUser: () => Promise<string>): void {
  it('replaces a seed until it is confirmed', async () => {
    const user = await addUser();
    expect(await store().find(user)).toBeUndefined();
    expect(await store().enrol(user, 'first')).toBe(true);
    expect(await store().enrol(user, 'second')).toBe(true);
    expect(await store().find(user)).toEqual({ seedSealed: 'second', confirmed: false });
    await store().confirm(user, [], new Date());
    expect(await store().enrol(user, 'third')).toBe(false);
    expect(await store().find(user)).toEqual({ seedSealed: 'second', confirmed: true });
  });

  it('takes each time step once and none before it, of many who try at once too', async () => {
    const user = await addUser();
    await store().enrol(user, 'seed');
    const taken = await Promise.all(Array.from({ length: 5 }, () => store().useStep(user, 58_000_000)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await store().useStep(user, 57_999_999)).toBe(false);
    expect(await store().useStep(user, 58_000_001)).toBe(true);
  });

  it('takes each recovery code once, of its user alone', async () => {
    const [user, other] = [await addUser(), await addUser()];
    for (const one of [user, other]) await store().enrol(one, 'seed');
    await store().confirm(user, ['a', 'b'], new Date());
    expect(await store().useRecoveryCode(other, 'a')).toBe(false);
    const used = await Promise.all([1, 2, 3].map(() => store().useRecoveryCode(user, 'a')));
    expect(used.filter(Boolean)).toHaveLength(1);
    await store().remove(user);
    expect(await store().useRecoveryCode(user, 'b')).toBe(false);
    expect(await store().find(user)).toBeUndefined();
  });
}
