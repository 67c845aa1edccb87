import { describe, expect, it } from '@jest/globals';
import { createPasswordHasher } from './password-hasher.ts';

const CHEAP = 4;
const PASSWORD = 'correct horse';

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

describe('hashing passwords', () => {
  it('knows a password by its hash, which is never the same twice', async () => {
    const passwords = createPasswordHasher(CHEAP);
    const [first, second] = [await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)];
    expect(first).not.toBe(second);
    expect(await passwords.verify(PASSWORD, first)).toBe(true);
    expect(await passwords.verify('another', first)).toBe(false);
    expect(await passwords.verify(PASSWORD, undefined)).toBe(false);
  });

  it('takes no password that merely begins like a long one', async () => {
    const passwords = createPasswordHasher(CHEAP);
    const longest = 'x'.repeat(72);
    const hash = await passwords.hash(longest);
    expect(await passwords.verify(longest, hash)).toBe(true);
    expect(await passwords.verify(`${longest}y`, hash)).toBe(false);
  });

  it('takes as long without a hash as with one', async () => {
    const passwords = createPasswordHasher(10);
    const hash = await passwords.hash(PASSWORD);
    const known = await timeOf(() => passwords.verify('wrong password', hash));
    const unknown = await timeOf(() => passwords.verify('wrong password', undefined));
    expect(unknown).toBeGreaterThan(known / 4);
  });

  it('refuses more work than it can get done soon', async () => {
    const passwords = createPasswordHasher(CHEAP);
    const outcomes = await Promise.allSettled(Array.from({ length: 130 }, () => passwords.hash(PASSWORD)));
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ reason: { code: 'UNAVAILABLE' } });
    await expect(passwords.hash(PASSWORD)).resolves.toBeDefined();
  });
});
