import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readBreachedPasswords } from './breached-passwords.ts';
import { createPasswordPolicy } from './password-policy.ts';

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

describe('the policy of passwords', () => {
  let home: string;
  let list: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'qf-passwords-'));
    list = join(home, 'breached.txt');
    writeFileSync(list, `${sha1('password1234')}:37359195\r\n\n${sha1('qwertyuiop12').slice(0, 12)}\n`);
  });
  afterAll(() => rmSync(home, { recursive: true }));

  const check = (password: string, email?: string) =>
    createPasswordPolicy(readBreachedPasswords(list)).check('password', password, { username: 'alice', email });

  it('takes what nobody would guess', () => {
    expect(() => check('correct horse battery')).not.toThrow();
    expect(() => check('correct horse battery', 'someone@example.com')).not.toThrow();
  });

  it.each([
    ['my name is ALICE', undefined],
    ['belongs to Someone', 'someone@example.com'],
    ['aaaaaaaaaaaaaa', undefined],
    ['ababababababab', undefined],
    ['password1234', undefined],
    ['qwertyuiop12', undefined],
  ])('refuses %j (address %s), naming the field', (password, email) => {
    expect(() => check(password, email)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('needs a list that is one', () => {
    expect(() => readBreachedPasswords(join(home, 'missing'))).toThrow('is not there');
    writeFileSync(join(home, 'plain.txt'), 'password1234\n');
    expect(() => readBreachedPasswords(join(home, 'plain.txt'))).toThrow('line 1');
  });
});
