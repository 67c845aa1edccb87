import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateMasterKey } from '../keys/master-key.ts';
import { loadKeyRing } from './load-key-ring.ts';

const KEYS = `${generateMasterKey()},${generateMasterKey()}`;
const TOKEN = 'hvs.good-token';
const metadata = {
  created_time: '2026-11-21T15:10:38.667646235Z',
  custom_metadata: null,
  destroyed: false,
  version: 1,
};

/** Answers as Vault 1.14 does with its KV engine, version 2 (checked against the real one). */
function answer({ url, headers }: IncomingMessage): [status: number, body: unknown] {
  if (headers['x-vault-token'] !== TOKEN) return [403, { errors: ['permission denied'] }];
  if (url === '/v1/secret/data/quotefleet') return [200, { data: { data: { master_key: KEYS, other: 7 }, metadata } }];
  if (url === '/v1/kv/prod/data/a%20b/keys') return [200, { data: { data: { ring: KEYS }, metadata } }];
  if (url === '/v1/secret/data/deleted') return [404, { data: { data: null, metadata } }];
  if (url === '/v1/secret/data/sealed') return [503, { errors: ['Vault is sealed'] }];
  return [404, { errors: [] }];
}

describe('master keys from Vault', () => {
  const dir = mkdtempSync(join(tmpdir(), 'vault-'));
  const tokenFile = join(dir, 'token');
  let server: Server;
  let env: Record<string, string>;

  beforeAll(async () => {
    writeFileSync(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
    server = createServer((request, response) => {
      if (request.url?.endsWith('/moved')) {
        response.writeHead(307, { location: 'http://127.0.0.1:1/v1/secret/data/quotefleet' }).end();
        return;
      }
      const [status, body] = answer(request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    env = { QF_MASTER_KEY_SOURCE: 'vault', VAULT_ADDR: `http://127.0.0.1:${port}`, VAULT_TOKEN_FILE: tokenFile };
  });

  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(dir, { recursive: true });
  });

  it('are read with the token of a file', async () => {
    expect((await loadKeyRing(env))?.text).toBe(KEYS);
  });

  it('are read from another mount, path and field', async () => {
    const elsewhere = { QF_VAULT_MOUNT: 'kv/prod', QF_VAULT_PATH: 'a b/keys', QF_VAULT_FIELD: 'ring' };
    expect((await loadKeyRing({ ...env, VAULT_TOKEN: TOKEN, ...elsewhere }))?.text).toBe(KEYS);
  });

  it.each([
    ['a token that may not', { VAULT_TOKEN: 'hvs.bad-token' }, 'Vault answered 403'],
    ['no token at all', { VAULT_TOKEN_FILE: '' }, 'VAULT_TOKEN_FILE: expected a value'],
    ['a secret that is not there', { QF_VAULT_PATH: 'none' }, '404 for /v1/secret/data/none (there is no such secret)'],
    ['a secret that was deleted', { QF_VAULT_PATH: 'deleted' }, 'there is no such secret'],
    ['a Vault that is sealed', { QF_VAULT_PATH: 'sealed' }, 'Vault is sealed or in maintenance'],
    ['a field that is not there', { QF_VAULT_FIELD: 'none' }, 'QF_VAULT_FIELD: Vault has no text field none'],
    ['a field that is no text', { QF_VAULT_FIELD: 'other' }, 'QF_VAULT_FIELD: Vault has no text field other'],
    ['a redirect, which would carry the token away', { QF_VAULT_PATH: 'moved' }, 'does not answer'],
    [
      'a host that does not answer',
      { VAULT_ADDR: 'http://127.0.0.1:1' },
      'Vault at http://127.0.0.1:1 does not answer',
    ],
    ['an address that is none', { VAULT_ADDR: 'file:///etc/passwd' }, 'VAULT_ADDR: expected http(s)://host:port'],
  ])('are refused with %s, without showing the token', async (_what, change, message) => {
    const error = await loadKeyRing({ ...env, ...change }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'SecretError', message: expect.stringContaining(message) });
    expect(String(error)).not.toMatch(/hvs\./);
  });
});
