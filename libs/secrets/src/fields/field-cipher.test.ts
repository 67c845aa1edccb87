import { createDecipheriv, hkdfSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseKeyRing } from '../keys/key-ring.ts';
import { generateMasterKey } from '../keys/master-key.ts';
import { SecretError } from '../secret-error.ts';
import { createBlindIndex } from './blind-index.ts';
import { createFieldCipher } from './field-cipher.ts';

const oldKey = generateMasterKey();
const newKey = generateMasterKey();
const before = parseKeyRing(oldKey);
const during = parseKeyRing(`${newKey},${oldKey}`);
const after = parseKeyRing(newKey);

describe('a sealed field', () => {
  const cipher = createFieldCipher(before);

  it.each(['', 'a@b.cn', '招商银行 🏦', 'x'.repeat(100_000)])('opens to what was sealed', (text) => {
    expect(cipher.open('email', cipher.seal('email', text))).toBe(text);
    expect(cipher.open('email', cipher.seal('email', text, 'row-1'), 'row-1')).toBe(text);
  });

  it('never looks the same twice, and shows its version and key id only', () => {
    const sealed = cipher.seal('email', 'a@b.cn');
    expect(sealed).toMatch(new RegExp(`^v1\\.${before.primary.id}\\.[\\w-]{16}\\.[\\w-]+$`));
    expect(cipher.seal('email', 'a@b.cn')).not.toBe(sealed);
  });

  it('is AES-256-GCM under HKDF-SHA256 of the field, as the decision says', () => {
    const [, keyId = '', iv = '', body = ''] = cipher.seal('phone', '139', 'u1').split('.');
    const key = Buffer.from(hkdfSync('sha256', before.primary.bytes, 'quotefleet/fields/v1', 'seal/phone', 32));
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'));
    decipher.setAAD(Buffer.from(JSON.stringify(['v1', keyId, 'phone', 'u1'])));
    decipher.setAuthTag(bytes.subarray(-16));
    expect(decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8')).toBe('139');
  });

  it('is refused as another field, of another row, or without its row', () => {
    const sealed = cipher.seal('email', 'a@b.cn', 'row-1');
    expect(() => cipher.open('phone', sealed, 'row-1')).toThrow(SecretError);
    expect(() => cipher.open('email', sealed, 'row-2')).toThrow('email: sealed text was changed, or is of another');
    expect(() => cipher.open('email', sealed)).toThrow(SecretError);
    expect(() => cipher.open('email', cipher.seal('email', 'x'), '')).toThrow(SecretError);
  });

  it('is refused when any character of it is changed', () => {
    const sealed = cipher.seal('email', 'a@b.cn');
    for (let at = 0; at < sealed.length - 1; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(() => cipher.open('email', sealed.slice(0, at) + other + sealed.slice(at + 1))).toThrow(SecretError);
    }
  });

  it.each([
    '',
    'a@b.cn',
    'v1.',
    'v2.00000000.aaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaa',
    `v1.00000000.${'a'.repeat(16)}.a`,
  ])('is told from %j, without repeating it', (text) => {
    expect(() => cipher.open('email', text)).toThrow('email: expected sealed text, was something else');
  });
});

describe('rotating the key of fields', () => {
  const sealed = createFieldCipher(before).seal('totp', 'SEED');

  it('keeps old text readable and says what is to be sealed again', () => {
    const cipher = createFieldCipher(during);
    expect(cipher.open('totp', sealed)).toBe('SEED');
    expect(cipher.needsReseal(sealed)).toBe(true);
    expect(cipher.needsReseal('plain')).toBe(true);
    expect(cipher.needsReseal(cipher.seal('totp', 'SEED'))).toBe(false);
  });

  it('names the key that is missing once it is gone', () => {
    expect(() => createFieldCipher(after).open('totp', sealed)).toThrow(
      `totp: sealed with the key ${before.primary.id}, which is not in the ring`,
    );
  });
});

describe('the blind index', () => {
  it('is equal for equal texts of one field, and for nothing else', () => {
    const index = createBlindIndex(before);
    expect(index.of('email', 'a@b.cn')).toBe(index.of('email', 'a@b.cn'));
    expect(index.of('email', 'a@b.cn')).not.toBe(index.of('email', 'b@b.cn'));
    expect(index.of('email', '139')).not.toBe(index.of('phone', '139'));
    expect(index.of('email', 'a@b.cn')).not.toBe(createBlindIndex(after).of('email', 'a@b.cn'));
    expect(index.of('email', 'a@b.cn')).toMatch(/^[\w-]{43}$/);
  });

  it('finds rows indexed under an old key', () => {
    const old = createBlindIndex(before).of('email', 'a@b.cn');
    expect(createBlindIndex(during).candidates('email', 'a@b.cn')).toEqual([
      createBlindIndex(after).of('email', 'a@b.cn'),
      old,
    ]);
  });
});
