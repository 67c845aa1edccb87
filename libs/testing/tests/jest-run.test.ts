import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../../..');
const RUN_TIMEOUT_MS = 60_000;

/** Runs jest with the shared settings on one test file of its own, on a machine that seems to have nothing. */
function runJest(
  project: string,
  env: Record<string, string>,
  ...flags: string[]
): Promise<{ code: number; output: string }> {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const bare = { PATH: '/nowhere', XDG_CACHE_HOME: '/nowhere', DOCKER_HOST: 'unix:///nowhere', HOME: '/nowhere' };
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    jest,
    '--config',
    join(project, 'jest.config.js'),
    ...flags,
  ];
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: project, env: { ...bare, ...env } }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code) : 0, output: stderr + stdout });
    });
  });
}

describe('a test run of its own', () => {
  let project = '';
  beforeAll(() => {
    // Inside the package, where its name resolves; ignored by git and by the other tools.
    mkdirSync(join(root, 'libs/testing/dist'), { recursive: true });
    project = mkdtempSync(join(root, 'libs/testing/dist/run-'));
    writeFileSync(
      join(project, 'jest.config.js'),
      `import { project } from '${root}/jest.preset.js';
       export default { ...project('sample'), reporters: ['default', '${root}/libs/testing/src/jest/closing-line-reporter.ts'],
         testMatch: ['<rootDir>/*.test.ts'] };`,
    );
    writeFileSync(
      join(project, 'sample.test.ts'),
      `import { expect, it } from '@jest/globals';
       import { describeWith } from '@quotefleet/testing';
       if (process.env.WITH_PLAIN) it('needs no server', () => expect(1).toBe(1));
       describeWith(['redis', 'tdengine'], 'two servers', (servers) => {
         it('is skipped', () => expect(servers.redis.url).toBe(''));
         it('is skipped too', () => expect(servers.tdengine.url).toBe(''));
       });`,
    );
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it(
    'skips what the machine lacks, says why and ends with the counts alone',
    async () => {
      const { code, output } = await runJest(project, { WITH_PLAIN: '1' });
      expect(output).toContain('Skipped without redis: redis-server 7 or later is needed, there is none on PATH');
      expect(output).toContain('Skipped without tdengine: QF_TDENGINE_URL names no server');
      expect(output).toContain('  sample › two servers (2 tests)');
      expect(output.trimEnd().split('\n').at(-1)).toBe('1 passed, 0 failed, 2 skipped');
      expect(code).toBe(0);
    },
    RUN_TIMEOUT_MS,
  );

  it(
    'ends with the counts alone when jest is told to exit by force',
    async () => {
      const { output } = await runJest(project, { WITH_PLAIN: '1' }, '--forceExit');
      expect(output.trimEnd().split('\n').at(-1)).toBe('1 passed, 0 failed, 2 skipped');
    },
    RUN_TIMEOUT_MS,
  );

  it(
    'fails on a build machine when no test ran',
    async () => {
      expect(await runJest(project, {})).toMatchObject({ code: 0 });
      const { code, output } = await runJest(project, { CI: 'true' });
      expect(output).toContain('No test ran');
      expect(code).toBe(1);
    },
    RUN_TIMEOUT_MS,
  );

  it(
    'fails when a required server is missing',
    async () => {
      const { code, output } = await runJest(project, { WITH_PLAIN: '1', QF_REQUIRE: 'postgres,redis' });
      expect(output).toContain('QF_REQUIRE asks for servers that this machine cannot provide.');
      expect(output).toContain('redis: redis-server 7 or later is needed');
      expect(code).not.toBe(0);
    },
    RUN_TIMEOUT_MS,
  );
});
