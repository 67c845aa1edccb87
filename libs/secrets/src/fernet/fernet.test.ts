import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseKeyRing } from '../keys/key-ring.ts';
import { generateMasterKey, parseMasterKey } from '../keys/master-key.ts';
import { SecretError } from '../secret-error.ts';
import { openFernet, openFernetByRing, sealFernet } from './fernet.ts';

const readJson = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));

describe('the vectors of the Fernet specification', () => {
  const { secret, generate, verify, invalid } = readJson('spec-vectors.json');
  const key = parseMasterKey(secret);

  it('are made to the letter', () => {
    const iv = Buffer.from(Array.from({ length: 16 }, (_, at) => at));
    expect(sealFernet(key, Buffer.from(generate.src), { now: new Date(generate.now), iv })).toBe(generate.token);
  });

  it('are opened', () => {
    const { ttlSeconds, now } = verify;
    expect(openFernet(key, generate.token, { ttlSeconds, now: new Date(now) }).toString()).toBe(generate.src);
  });

  it.each(invalid as { desc: string; token: string; now: string }[])('are refused: $desc', ({ token, now }) => {
    expect(() => openFernet(key, token, { ttlSeconds: verify.ttlSeconds, now: new Date(now) })).toThrow(SecretError);
  });
});

describe('a Fernet token', () => {
  const key = parseMasterKey(generateMasterKey());

  it.each(readJson('python-tokens.json').tokens as { key: string; text: string; token: string }[])(
    'made by Python opens here: $text',
    (one) => {
      expect(openFernet(parseMasterKey(one.key), one.token).toString()).toBe(one.text);
    },
  );

  it('made here opens in Python, where that is installed', () => {
    const [text, keyText] = ['密钥', generateMasterKey()];
    const script =
      'import sys;from cryptography.fernet import Fernet;k,t=sys.stdin.read().split();print(Fernet(k).decrypt(t).decode())';
    const input = `${keyText} ${sealFernet(parseMasterKey(keyText), Buffer.from(text))}`;
    const python = spawnSync('python3', ['-c', script], { input, encoding: 'utf8' });
    const isAbsent = python.error !== undefined || python.stderr.includes('ModuleNotFoundError');
    expect(isAbsent ? text : python.stdout.trim()).toBe(text);
  });

  it('is refused when any bit of it is changed', () => {
    const bytes = Buffer.from(sealFernet(key, Buffer.from('text')), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => openFernet(key, changed.toString('base64url'))).toThrow(SecretError);
    }
  });

  it('needs no date where no age is asked for', () => {
    const token = sealFernet(key, Buffer.from('text'), { now: new Date('2001-01-01') });
    expect(openFernet(key, token).toString()).toBe('text');
  });

  it('opens with any key of a ring, which tells the key', () => {
    const [first, second] = [generateMasterKey(), generateMasterKey()];
    const token = sealFernet(parseMasterKey(second), Buffer.from('text'));
    const opened = openFernetByRing(parseKeyRing(`${first} ${second}`), token);
    expect([opened.plain.toString(), opened.key.id]).toEqual(['text', parseMasterKey(second).id]);
    expect(() => openFernetByRing(parseKeyRing(first), token)).toThrow('a key that is not in the ring');
  });
});
