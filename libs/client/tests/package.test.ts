import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

// The compiler runs twice.
jest.setTimeout(120_000);

const run = promisify(execFile);
const CLIENT = resolve(import.meta.dirname, '..');
const MODULES = resolve(CLIENT, '../../node_modules');

const PROGRAM = `
import { createClient, QuotefleetError, routes, type TickMessage } from '@quotefleet/client';

const client = createClient({ url: 'http://127.0.0.1:9', apiKey: 'k', retry: { retries: 0 } });
const code = await client.rest.call(routes.whoAmI, {}).then(
  ({ scopes }) => scopes.join() satisfies string,
  (error: unknown) => error instanceof QuotefleetError && error.code,
);
const take = ({ payload }: TickMessage): number => payload.last;
const joined = client.realtime.subscribe({ room: 'tick:600519.SH', onMessage: take });
const refused = await joined.then(
  ({ terms }) => terms.room,
  (error: unknown) => error instanceof QuotefleetError && error.code,
);
// @ts-expect-error there are no weeks of seven minutes
const query: Parameters<typeof client.market.bars>[1] = { period: '7m' };
console.log(code, refused, query?.period);
`;

/** What a project has that is not of this repository: its own dependencies, and nothing of ours but the tarball. */
describe('the tarball in a project of its own', () => {
  const project = mkdtempSync(join(tmpdir(), 'quotefleet-client-'));
  const installed = join(project, 'node_modules/@quotefleet/client');
  let dependencies: Record<string, string>;
  beforeAll(async () => {
    const { stdout } = await run(process.execPath, [join(CLIENT, 'src/pack-main.ts'), join(project, 'packed')]);
    mkdirSync(installed, { recursive: true });
    await run('tar', ['-xzf', stdout.trim(), '-C', installed, '--strip-components=1']);
    ({ dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')));
    for (const name of Object.keys(dependencies)) {
      const link = join(project, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(MODULES, name), link);
    }
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(project, 'main.ts'), PROGRAM);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('needs nothing that is not published', () => {
    expect(Object.keys(dependencies).toSorted()).toEqual(['@msgpack/msgpack', 'socket.io-client', 'zod']);
  });

  it('has types that a strict compiler takes, and JavaScript that runs', async () => {
    const options = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--lib', 'es2022,dom'];
    const modules = ['--module', 'nodenext', '--target', 'es2022', '--types', ''];
    const tsc = join(MODULES, 'typescript/bin/tsc');
    const compiled = run(process.execPath, [tsc, ...options, ...modules, 'main.ts'], { cwd: project });
    await compiled.catch(({ stdout }: { stdout: string }) => expect(stdout).toBe(''));
    const { stdout } = await run(process.execPath, ['main.js'], { cwd: project });
    expect(stdout).toBe('NETWORK OFFLINE 7m\n');
  });
});
