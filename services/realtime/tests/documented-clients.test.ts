import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createFaultProxy, type FaultProxy, waitUntil } from '@quotefleet/testing';
import { type Fixture, GOOD_KEY, publishTicks, startFixture } from './fixture.ts';
import { tickOf } from './payloads.ts';

jest.setTimeout(60_000);

const GUIDE = readFileSync(resolve(import.meta.dirname, '../../../docs/realtime.md'), 'utf8');
const INSTALL_MAX_MS = 180_000;
const python = installPython();
afterAll(() => python.remove());

describeClient('the JavaScript of the guide', undefined, (env) =>
  // Here: the package is found from the directory that a program without a file runs in.
  spawn(process.execPath, ['--input-type=module', '--eval', example('js')], {
    ...{ cwd: import.meta.dirname, env: { ...env, PATH: process.env.PATH } },
  }),
);
describeClient('the Python of the guide', python.missing, (env) =>
  spawn(python.program, ['-c', example('python')], { env: { ...env, PATH: process.env.PATH } }),
);

function describeClient(
  title: string,
  missing: string | undefined,
  run: (env: Record<string, string>) => ChildProcess,
): void {
  const body = () => {
    let fixture: Fixture;
    let proxy: FaultProxy;
    let child: ChildProcess | undefined;
    let output = '';
    let errors = '';
    beforeAll(async () => {
      fixture = await startFixture();
      const { hostname: host, port } = new URL(fixture.service.url);
      proxy = await createFaultProxy({ target: { host, port: Number(port) } });
    });
    afterEach(() => void child?.kill());
    afterAll(async () => {
      await proxy.close();
      await fixture.stop();
    });
    const start = (apiKey: string) => {
      [output, errors] = ['', ''];
      child = run({ QUOTEFLEET_URL: `http://127.0.0.1:${proxy.port}`, QUOTEFLEET_KEY: apiKey });
      child.stdout?.on('data', (chunk) => {
        output += String(chunk);
      });
      child.stderr?.on('data', (chunk) => {
        errors += String(chunk);
      });
    };
    const seqs = (room: string) =>
      [...output.matchAll(new RegExp(`^tick ${room} (\\d+)`, 'gm'))].map(([, seq]) => Number(seq));
    const publish = (from: number, to: number) =>
      publishTicks(
        fixture.bus,
        ...['600519.SH', '000001.SZ'].flatMap((symbol) =>
          Array.from({ length: to - from + 1 }, (_, index) => tickOf(symbol, from + index)),
        ),
      );
    const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

    it('shows every tick once and in order, also of the time when it was cut off', async () => {
      await publish(1, 1);
      start(GOOD_KEY);
      await waitUntil(() => seqs('tick:600519.SH').length === 1 && seqs('tick:000001.SZ').length === 1, {
        timeoutMs: 30_000,
      });
      await publish(2, 40);
      await waitUntil(() => seqs('tick:600519.SH').length === 40);
      proxy.cut();
      await publish(41, 90);
      proxy.mend();
      await waitUntil(() => seqs('tick:000001.SZ').includes(90), { timeoutMs: 30_000 });
      await publish(91, 100);
      for (const room of ['tick:600519.SH', 'tick:000001.SZ']) {
        await waitUntil(() => seqs(room).includes(100));
        expect(seqs(room)).toEqual(upTo(100));
      }
      expect(output).toMatch(/^tick tick:600519.SH 100 .*"last": ?11\b/m);
      expect(errors).not.toContain('missing');
    });

    it('says why it was not let in', async () => {
      start('qf_wrong');
      await waitUntil(() => errors.includes('the API key is not valid'), { timeoutMs: 30_000 });
    });
  };
  if (missing === undefined) describe(title, body);
  else describe.skip(`${title} [skipped without python: ${missing}]`, body);
}

function example(language: string): string {
  const blocks = GUIDE.split('```').filter((block) => block.startsWith(`${language}\n`));
  expect(blocks).toHaveLength(1);
  return blocks[0]?.slice(language.length + 1) ?? '';
}

/** A Python of its own with the packages that the guide names; `missing` says why there is none. */
function installPython(): { program: string; missing: string | undefined; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'realtime-python-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  const program = join(dir, 'bin/python');
  const packages = /`pip install "([^"]+)"`/.exec(GUIDE)?.[1] ?? '';
  for (const [command, ...args] of [
    ['python3', '-m', 'venv', dir],
    [program, '-m', 'pip', 'install', '--quiet', packages],
  ] as [string, ...string[]][]) {
    const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: INSTALL_MAX_MS });
    if (status === 0) continue;
    const why = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
    return { program, missing: `${command} ${args[1]}: ${why.replaceAll(/[[\]]/g, '')}`, remove };
  }
  return { program, missing: undefined, remove };
}
