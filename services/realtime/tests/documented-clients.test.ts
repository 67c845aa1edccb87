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

for (const encoding of ['JSON', 'MessagePack'] as const) {
  describeClient(`the JavaScript of the guide by ${encoding}`, undefined, (env) =>
    // Here: the package is found from the directory that a program without a file runs in.
    spawn(process.execPath, ['--input-type=module', '--eval', example('js', encoding)], {
      ...{ cwd: import.meta.dirname, env: { ...env, PATH: process.env.PATH } },
    }),
  );
  describeClient(`the Python of the guide by ${encoding}`, python.missing[encoding], (env) =>
    spawn(python.program, ['-c', example('python', encoding)], { env: { ...env, PATH: process.env.PATH } }),
  );
}

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

function example(language: 'js' | 'python', encoding: 'JSON' | 'MessagePack'): string {
  const [program = '', ...others] = blocksOf(language);
  expect(others).toEqual([]);
  const patch = blocksOf('diff')[language === 'js' ? 0 : 1] ?? '';
  return encoding === 'JSON' ? program : patched(program, patch);
}

function blocksOf(language: string): string[] {
  const blocks = GUIDE.split('```').filter((block) => block.startsWith(`${language}\n`));
  return blocks.map((block) => block.slice(language.length + 1));
}

/** Lines that begin with a space stay, those with - go, those with + come. */
function patched(program: string, patch: string): string {
  const lines = program.split('\n');
  let at = 0;
  for (const [sign, text] of patch.split('\n').map((line) => [line[0], line.slice(1)] as const)) {
    if (sign === undefined) continue;
    if (sign !== '+') at = lines.indexOf(text, at);
    expect([text, at]).not.toEqual([text, -1]);
    if (sign === '-') lines.splice(at, 1);
    if (sign === '+') lines.splice(at, 0, text);
    if (sign !== '-') at += 1;
  }
  return lines.join('\n');
}

/** A Python of its own with the packages that the guide names; `missing` says what there is not, and why. */
function installPython() {
  const dir = mkdtempSync(join(tmpdir(), 'realtime-python-'));
  const program = join(dir, 'bin/python');
  const [socketio = '', msgpack = ''] = [...GUIDE.matchAll(/`pip install "?([^"`]+)"?`/g)].map(([, name]) => name);
  const install = (name: string) => fault(program, '-m', 'pip', 'install', '--quiet', name);
  const json = fault('python3', '-m', 'venv', dir) ?? install(socketio);
  return {
    program,
    missing: { JSON: json, MessagePack: json ?? install(msgpack) },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function fault(command: string, ...args: string[]): string | undefined {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: INSTALL_MAX_MS });
  if (status === 0) return undefined;
  const why = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  return `${command} ${args[1]}: ${why.replaceAll(/[[\]]/g, '')}`;
}
