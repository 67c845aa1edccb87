import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Closers } from '@quotefleet/service-kit';
import { claimForStart } from './claim.ts';
import { claimDataDir, settleApiKey } from './data-dir.ts';
import type { Launch } from './launch.ts';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(30_000);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'qf-claim-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const launch = (): Launch => ({
  closers: new Closers(),
  stopping: false,
  checkpoint: () => undefined,
  say: () => undefined,
});

/** Another process that claims the directory and says so. */
async function claimElsewhere(dataDir: string) {
  const module = resolve(import.meta.dirname, 'data-dir.ts');
  const code = `const { claimDataDir } = await import(${JSON.stringify(module)}); globalThis.claimed = claimDataDir(process.argv[1]); console.log('claimed'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('claiming a data directory', () => {
  it('refuses a directory that another process holds, and takes it once that was killed', async () => {
    const dataDir = join(root, 'data');
    const other = await claimElsewhere(dataDir);
    expect(() => claimDataDir(dataDir)).toThrow(`the data directory ${dataDir} is already in use by another instance`);
    other.kill('SIGKILL');
    await once(other, 'exit');
    claimDataDir(dataDir).release();
  });

  it('refuses a path on which a file lies', () => {
    writeFileSync(join(root, 'file'), '');
    const message = 'cannot be made (a file is in its place)';
    expect(() => claimDataDir(join(root, 'file'))).toThrow(`the data directory ${join(root, 'file')} ${message}`);
    expect(() => claimDataDir(join(root, 'file', 'data'))).toThrow(message);
  });

  it('refuses a busy port and leaves nothing behind', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const config = {
      dataDir: join(root, 'new', 'data'),
      host: '127.0.0.1',
      port,
      apiKey: undefined,
      masterKey: undefined,
      env: {},
    };
    await expect(claimForStart(config, launch())).rejects.toThrow(`port ${port} on 127.0.0.1 is already in use`);
    expect(existsSync(join(root, 'new'))).toBe(false);
    server.close();
  });
});

describe('the API key of a data directory', () => {
  it('is made once, kept for its owner alone, and used again', () => {
    const key = settleApiKey(root, undefined);
    expect(key).toMatch(/^qf_[\w-]{32}$/);
    expect(statSync(join(root, 'api-key')).mode & 0o777).toBe(0o600);
    expect(settleApiKey(root, undefined)).toBe(key);
  });

  it('is the given one from then on', () => {
    settleApiKey(root, undefined);
    expect(settleApiKey(root, 'given-by-the-operator')).toBe('given-by-the-operator');
    expect(settleApiKey(root, undefined)).toBe('given-by-the-operator');
  });
});
