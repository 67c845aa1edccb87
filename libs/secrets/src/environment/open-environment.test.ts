import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parseKeyRing } from '../keys/key-ring.ts';
import { generateMasterKey } from '../keys/master-key.ts';
import { createSecretManager } from '../secret-manager.ts';
import { openEnvironment } from './open-environment.ts';
import { secretValues } from './secret-values.ts';

const [oldKey, newKey, otherKey] = [generateMasterKey(), generateMasterKey(), generateMasterKey()];
const sealedBy = (key: string, text: string) => createSecretManager(parseKeyRing(key)).seal(text);

describe('opening an environment', () => {
  const dir = mkdtempSync(join(tmpdir(), 'config-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };

  it('opens sealed values with the new and the old key, and leaves the others', async () => {
    const env = {
      QF_MASTER_KEY: `${newKey},${oldKey}`,
      A: sealedBy(oldKey, 'a'),
      B: sealedBy(newKey, '密'),
      C: 'c',
      D: '',
    };
    expect(await openEnvironment(env)).toEqual({ ...env, A: 'a', B: '密' });
  });

  it('gives an environment without keys and sealed values back as it is', async () => {
    expect(await openEnvironment({ A: 'a', B: undefined })).toEqual({ A: 'a', B: undefined });
  });

  it('names every variable that cannot be opened, and no value', async () => {
    const env = { QF_MASTER_KEY: newKey, A: sealedBy(otherKey, 'a'), B: 'enc:S3CRET', C: sealedBy(newKey, 'c') };
    const error = await openEnvironment(env).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/^SecretError: A: was sealed with a key that is not in the ring.*; B: expected /);
    expect(String(error)).not.toMatch(/S3CRET|gAAAA/);
  });

  it('needs a key as soon as something is sealed', async () => {
    await expect(openEnvironment({ QF_DATABASE_URL: sealedBy(newKey, 'x') })).rejects.toThrow(
      'QF_DATABASE_URL: is sealed, and there is no master key (see QF_MASTER_KEY_SOURCE)',
    );
  });

  it.each(['QF_MASTER_KEY', 'VAULT_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'QF_VAULT_PATH'])(
    'refuses a sealed %s, which is needed to get the key',
    async (name) => {
      await expect(openEnvironment({ QF_MASTER_KEY: newKey, [name]: sealedBy(newKey, 'x') })).rejects.toThrow(
        `${name}: cannot be sealed`,
      );
    },
  );

  it.each([
    ['app.env', (sealed: string) => `# a comment\nA=${sealed}\nB="b b"\nQF_MASTER_KEY=${newKey}\n`],
    ['app.yaml', (sealed: string) => `# a comment\nA: ${sealed}\nB: b b\nQF_MASTER_KEY: ${newKey}\n`],
  ])('puts the variables of %s beneath those of the environment', async (name, textOf) => {
    const path = file(name, textOf(sealedBy(newKey, 'a')));
    expect(await openEnvironment({ QF_CONFIG_FILE: path, B: '', C: 'c' })).toMatchObject({ A: 'a', B: 'b b', C: 'c' });
    expect(await openEnvironment({ QF_CONFIG_FILE: path, A: 'mine' })).toMatchObject({ A: 'mine' });
  });

  it.each([
    ['bad.yaml', 'A: S3CRET: x: [', 'is no valid YAML'],
    ['nested.yaml', 'A:\n  b: S3CRET', 'to hold NAME: value only (see A)'],
    ['list.yml', '- S3CRET', 'to hold NAME: value only (see the whole)'],
  ])('refuses %s without repeating a line of it', async (name, text, message) => {
    const error = await openEnvironment({ QF_CONFIG_FILE: file(name, text) }).catch((thrown: Error) => thrown);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('S3CRET');
  });

  it('names a file that is not there', async () => {
    await expect(openEnvironment({ QF_CONFIG_FILE: '/none.env' })).rejects.toThrow('cannot read /none.env (ENOENT)');
  });
});

describe('the secrets in an environment', () => {
  it('are those of secret names and in URLs, but not what everybody knows', () => {
    const env = {
      QF_BOOTSTRAP_API_KEY: 'first-key, second-key',
      QF_DATABASE_URL: 'postgres://user:db-pass@db/x',
      QF_DATABASE_REPLICA_URLS: 'postgres://user:r1@a/x,postgres://user:quotefleet@b/x',
      QF_PORT: '8080',
      QF_API_KEY: '',
    };
    expect(secretValues(env)).toEqual(['first-key', 'second-key', 'db-pass', 'r1']);
  });
});
