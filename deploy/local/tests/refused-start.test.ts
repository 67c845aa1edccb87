import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Launched } from './launched.ts';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(30_000);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'qf-refused-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Starts it and gives what it said; nothing may be left of it. */
async function startRefused(main: 'main.ts' | 'fleet-main.ts', env: Record<string, string>) {
  const launched = new Launched({ main, dataDir: join(root, 'data'), env });
  const code = await launched.exited;
  return { code, stderr: launched.stderr, stdout: launched.stdout, left: existsSync(join(root, 'data')) };
}

describe.each(['main.ts', 'fleet-main.ts'] as const)('%s refuses to start', (main) => {
  it.each([
    ['QF_PORT', '80800', /^QF_PORT: .*\n$/],
    ['QF_SOURCE', 'tdx', /^QF_SOURCE: expected sim, none or replay:PATH\n$/],
    ['QF_SOURCE', 'replay:/no/such/recording', /^QF_SOURCE: there is no file or folder \/no\/such\/recording\n$/],
    ['QF_LOG_LEVEL', 'loud', /^QF_LOG_LEVEL: .*\n$/],
    ['QF_API_KEY', 'short', /^QF_API_KEY: expected 8 to 200 printable characters without a space\n$/],
    ['QF_SIM_SPEED', '-1', /^QF_SIM_SPEED: expected .*\n$/],
  ])('on a bad %s', async (name, value, sentence) => {
    expect(await startRefused(main, { [name]: value })).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(sentence),
      left: false,
    });
  });

  it('on a busy port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await startRefused(main, { QF_PORT: String(port) })).toEqual({
      code: 1,
      stdout: '',
      stderr: `port ${port} on 127.0.0.1 is already in use (QF_PORT chooses another)\n`,
      left: false,
    });
    server.close();
  });

  it('on a data directory where the system lets nothing be made', async () => {
    expect(await startRefused(main, { QF_DATA_DIR: '/proc/quotefleet/data' })).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^the data directory \/proc\/quotefleet\/data cannot be made \(E[A-Z]+\)\n$/),
      left: false,
    });
  });

  it('on a data directory that cannot be made', async () => {
    writeFileSync(join(root, 'file'), '');
    const dataDir = join(root, 'file', 'data');
    expect(await startRefused(main, { QF_DATA_DIR: dataDir })).toEqual({
      code: 1,
      stdout: '',
      stderr: `the data directory ${dataDir} cannot be made (a file is in its place)\n`,
      left: false,
    });
  });
});

it('fleet mode names the servers that the machine lacks, and the cure', async () => {
  const refused = await startRefused('fleet-main.ts', { PATH: '/nowhere', JAVA_HOME: '', QF_KAFKA_HOME: '/nowhere' });
  expect(refused).toMatchObject({ code: 1, stdout: '', left: false });
  expect(refused.stderr).toMatch(
    /^fleet mode needs servers that this machine lacks: .*Kafka.*\(npm run servers installs them\).*redis-server.*\n$/,
  );
});
