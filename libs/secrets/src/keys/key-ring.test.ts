import { describe, expect, it } from '@jest/globals';
import { SecretError } from '../secret-error.ts';
import { parseKeyRing } from './key-ring.ts';
import { generateMasterKey, parseMasterKey } from './master-key.ts';

describe('a master key', () => {
  it('is 32 random bytes in URL-safe base64, with or without padding', () => {
    const text = generateMasterKey();
    expect(text).toMatch(/^[\w-]{43}=$/);
    expect(parseMasterKey(text)).toEqual(parseMasterKey(text.slice(0, -1)));
    expect(parseMasterKey(text).bytes).toHaveLength(32);
  });

  it.each(['', 'short', 'a'.repeat(44), `${'/'.repeat(43)}=`, `${'A'.repeat(43)}=`])('is not %j', (text) => {
    expect(() => parseMasterKey(text)).toThrow(SecretError);
  });

  it('is not repeated by the error that refuses it', () => {
    expect(() => parseMasterKey('S3CRET-but-too-short')).toThrow(/^(?!.*S3CRET).*20 characters/);
  });
});

describe('a ring of keys', () => {
  it('seals with the first and knows all', () => {
    const [first, second] = [generateMasterKey(), generateMasterKey()];
    const ring = parseKeyRing(` ${first},\n${second}\n`);
    expect(ring.primary).toEqual(parseMasterKey(first));
    expect(ring.keys.map(({ id }) => id)).toEqual([first, second].map((text) => parseMasterKey(text).id));
    expect(ring.find(parseMasterKey(second).id)).toEqual(parseMasterKey(second));
    expect(ring.find('00000000')).toBeUndefined();
  });

  it('holds a key at least, and each one once', () => {
    const key = generateMasterKey();
    expect(() => parseKeyRing(' , ')).toThrow('expected at least one master key, was none');
    expect(() => parseKeyRing(`${key},${key.slice(0, -1)}`)).toThrow('one of them twice');
  });
});
