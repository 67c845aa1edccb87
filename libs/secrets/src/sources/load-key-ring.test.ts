import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { generateMasterKey } from '../keys/master-key.ts';
import { loadKeyRing } from './load-key-ring.ts';

const KEY = generateMasterKey();
const textOf = async (...given: Parameters<typeof loadKeyRing>) => (await loadKeyRing(...given))?.text;

describe('where master keys come from', () => {
  it('is nowhere, a variable or a file, as the variables say', async () => {
    expect(await loadKeyRing({})).toBeUndefined();
    expect(await textOf({ QF_MASTER_KEY: KEY })).toBe(KEY);
    expect(await textOf({ QF_MASTER_KEY: KEY, QF_MASTER_KEY_FILE: '/none', QF_MASTER_KEY_SOURCE: 'env' })).toBe(KEY);
  });

  it.each([
    [{ QF_MASTER_KEY_SOURCE: 'toString' }, 'QF_MASTER_KEY_SOURCE: expected one of env, file, vault, aws, azure'],
    [{ QF_MASTER_KEY_SOURCE: 'env' }, 'QF_MASTER_KEY: expected a value, since QF_MASTER_KEY_SOURCE is env'],
    [{ QF_MASTER_KEY: KEY, QF_MASTER_KEY_FILE: '/none' }, 'QF_MASTER_KEY_SOURCE: expected env or file, since both'],
    [{ QF_MASTER_KEY: 'S3CRET' }, 'QF_MASTER_KEY: expected a master key of 32 bytes'],
    [{ QF_MASTER_KEY_FILE: '/none' }, 'QF_MASTER_KEY_FILE: cannot read /none (ENOENT)'],
  ])('has to be clear: %j', async (env, message) => {
    await expect(loadKeyRing(env)).rejects.toThrow(message);
    await expect(loadKeyRing(env)).rejects.not.toThrow('S3CRET');
  });
});

describe('a file of master keys', () => {
  const dir = mkdtempSync(join(tmpdir(), 'keys-'));
  const path = join(dir, 'keys');
  writeFileSync(path, `${KEY}\n`);
  afterAll(() => rmSync(dir, { recursive: true }));

  it.each([0o600, 0o400])('is read with mode %o', async (mode) => {
    chmodSync(path, mode);
    expect(await textOf({ QF_MASTER_KEY_FILE: path })).toBe(KEY);
  });

  it.each([0o640, 0o604, 0o644, 0o660, 0o610])('is refused with mode %o, also behind a link', async (mode) => {
    chmodSync(path, mode);
    const link = join(dir, `link-${mode}`);
    symlinkSync(path, link);
    await expect(loadKeyRing({ QF_MASTER_KEY_FILE: link })).rejects.toThrow(
      `to be readable by its owner alone (0600 or 0400), was 0${mode.toString(8)}`,
    );
  });

  it('is a file', async () => {
    mkdirSync(join(dir, 'folder'), { mode: 0o700 });
    await expect(loadKeyRing({ QF_MASTER_KEY_FILE: join(dir, 'folder') })).rejects.toThrow('to be a file');
  });
});

/** The parts of the cloud SDKs that are used, as their packages behave (checked against the real ones). */
function fakeSdks(secret: string | undefined) {
  const asked: string[] = [];
  const give = async (name: string) => {
    asked.push(name);
    if (name === 'none') throw Object.assign(new Error('S3CRET'), { name: 'ResourceNotFoundException' });
    return secret;
  };
  const packages: Record<string, unknown> = {
    '@aws-sdk/client-secrets-manager': {
      GetSecretValueCommand: class {
        readonly id: string;
        constructor({ SecretId }: { SecretId: string }) {
          this.id = SecretId;
        }
      },
      SecretsManagerClient: class {
        send = async ({ id }: { id: string }) => ({ SecretString: await give(id) });
        destroy = () => asked.push('destroyed');
      },
    },
    '@azure/identity': { DefaultAzureCredential: class {} },
    '@azure/keyvault-secrets': {
      SecretClient: class {
        getSecret = async (name: string) => ({ value: await give(name) });
      },
    },
  };
  return { asked, load: async (name: string) => packages[name] };
}

const aws = { QF_MASTER_KEY_SOURCE: 'aws', QF_AWS_SECRET_ID: 'quotefleet' };
const azure = { QF_MASTER_KEY_SOURCE: 'azure', QF_AZURE_VAULT_URL: 'https://x.vault.azure.net' };

describe('a secret store of a cloud', () => {
  it.each([aws, azure])('gives keys as text, or as a field of JSON: $QF_MASTER_KEY_SOURCE', async (env) => {
    expect(await textOf(env, fakeSdks(KEY).load)).toBe(KEY);
    expect(await textOf(env, fakeSdks(JSON.stringify({ master_key: KEY })).load)).toBe(KEY);
  });

  it('is asked for the secret that is named, and its client is closed', async () => {
    const [forAws, forAzure] = [fakeSdks(KEY), fakeSdks(KEY)];
    await loadKeyRing(aws, forAws.load);
    expect(forAws.asked).toEqual(['quotefleet', 'destroyed']);
    await loadKeyRing(azure, forAzure.load);
    expect(forAzure.asked).toEqual(['quotefleet-master-key']);
  });

  it.each([
    ['aws', { ...aws, QF_AWS_SECRET_ID: 'none' }],
    ['azure', { ...azure, QF_AZURE_SECRET_NAME: 'none' }],
  ])('that has no such secret is named, with the reason: %s', async (_name, env) => {
    await expect(loadKeyRing(env, fakeSdks(KEY).load)).rejects.toThrow(
      /did not give none \(ResourceNotFoundException\)$/,
    );
  });

  it.each([undefined, '{"master_key":7}', '{"S3CRET', 'S3CRET'])('is refused when it gives %j', async (secret) => {
    for (const env of [aws, azure]) {
      const error = await loadKeyRing(env, fakeSdks(secret).load).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ name: 'SecretError', message: expect.not.stringContaining('S3CRET') });
    }
  });

  it.each([
    ['@aws-sdk/client-secrets-manager', aws],
    ['@azure/keyvault-secrets', azure],
  ])('says that %s is to be installed where it is not', async (name, env) => {
    await expect(loadKeyRing(env)).rejects.toThrow(`QF_MASTER_KEY_SOURCE: needs the package ${name} (npm install`);
  });

  it('needs to be told which secret is meant', async () => {
    await expect(loadKeyRing({ QF_MASTER_KEY_SOURCE: 'aws' })).rejects.toThrow('QF_AWS_SECRET_ID: expected a value');
    await expect(loadKeyRing({ QF_MASTER_KEY_SOURCE: 'azure' })).rejects.toThrow('QF_AZURE_VAULT_URL: expected');
  });
});
