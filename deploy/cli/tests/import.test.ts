import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { envelope, type FakeGateway, failure, startFakeGateway } from './fake-gateway.ts';
import { runCli } from './run-cli.ts';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(30_000);

const REPORT = { file: 'a.csv', rows: 3, accepted: 3, amended: 0, unchanged: 0, quarantined: 0, quarantine: [] };

let dir: string;
let gateway: FakeGateway | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'qf-import-'));
});

afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  rmSync(dir, { recursive: true });
});

const importWith = (args: string[]) =>
  runCli(['import', ...args, '--url', gateway?.url ?? 'http://127.0.0.1:1', '--api-key', 'secret'], { cwd: dir });

function fillFolder(): string {
  const folder = join(dir, 'bars');
  mkdirSync(join(folder, 'more'), { recursive: true });
  writeFileSync(join(folder, '600519.csv'), 'one\n');
  writeFileSync(join(folder, '000001.csv.gz'), 'two');
  writeFileSync(join(folder, 'more', '000002.parquet'), 'three');
  writeFileSync(join(folder, 'notes.txt'), 'not bars');
  return folder;
}

describe('quotefleet import', () => {
  it('sends every file of a folder with its name and media type', async () => {
    gateway = await startFakeGateway(() => ({ status: 200, body: envelope(REPORT) }));
    const run = await importWith([fillFolder(), '--format', 'akshare', '--period', '1d', '--json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ files: 3, failedFiles: 0, rows: 9, accepted: 9, quarantined: 0 });
    const sent = gateway.requests.map(({ path, contentType, body }) => [path.split('?')[1], contentType, body]).sort();
    expect(sent).toEqual([
      ['format=akshare&period=1d&file=000001.csv.gz', 'application/gzip', 'two'],
      ['format=akshare&period=1d&file=000002.parquet', 'application/vnd.apache.parquet', 'three'],
      ['format=akshare&period=1d&file=600519.csv', 'text/csv', 'one\n'],
    ]);
    expect(new Set(gateway.requests.map(({ apiKey }) => apiKey))).toEqual(new Set(['secret']));
  });

  it('comes back after Retry-After and reports the file once', async () => {
    gateway = await startFakeGateway((_path, call) =>
      call === 1
        ? { status: 429, body: failure('RATE_LIMITED', 'slow down'), headers: { 'retry-after': '1' } }
        : { status: 200, body: envelope(REPORT) },
    );
    const started = performance.now();
    const run = await importWith([join(fillFolder(), '600519.csv'), '--format', 'generic', '--json']);
    expect(performance.now() - started).toBeGreaterThan(1000);
    expect(JSON.parse(run.stdout)).toMatchObject({ files: 1, rows: 3 });
    expect(gateway.requests.map(({ body }) => body)).toEqual(['one\n', 'one\n']);
  });

  it('names file, line and reason of quarantined rows and ends with code 2', async () => {
    const quarantine = [{ line: 7, reason: 'high 9.5 is below low 9.8' }];
    gateway = await startFakeGateway(() => ({
      status: 200,
      body: envelope({ ...REPORT, accepted: 2, quarantined: 1, quarantine }),
    }));
    const file = join(fillFolder(), '600519.csv');
    const run = await importWith([file, '--format', 'akshare']);
    expect(run.code).toBe(2);
    expect(run.stdout).toContain(`${file}:7: high 9.5 is below low 9.8`);
    expect(run.stdout).toMatch(/accepted +2\n.*amended +0\n.*unchanged +0\n.*quarantined +1\n/s);
    expect(run.stderr).toContain('1 of 1: 600519.csv, 3 rows');
  });

  it('loads the other files when one is refused, says why and ends with code 1', async () => {
    gateway = await startFakeGateway((path) =>
      path.includes('000001')
        ? { status: 400, body: failure('INVALID_ARGUMENT', 'file: expected a header with 日期') }
        : { status: 200, body: envelope(REPORT) },
    );
    const run = await importWith([fillFolder(), '--format', 'akshare', '--json']);
    expect(run.code).toBe(1);
    const report = JSON.parse(run.stdout);
    expect(report).toMatchObject({ files: 2, failedFiles: 1, rows: 6 });
    expect(report.failures[0].error).toBe('file: expected a header with 日期');
  });

  it.each([
    ['a path that does not exist', 'nowhere', /^there is no file or folder nowhere\n$/],
    ['a folder without bars', '.', /^there is no \.csv, \.csv\.gz or \.parquet file in \.\n$/],
  ])('refuses %s with one sentence', async (_what, path, sentence) => {
    const run = await importWith([path, '--format', 'akshare']);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(sentence);
    expect(run.stdout).toBe('');
  });

  it('says that nobody answers when the fleet went away', async () => {
    const run = await importWith([join(fillFolder(), '600519.csv'), '--format', 'akshare']);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/failed .*600519\.csv: .*ECONNREFUSED/);
  });

  it('says where it looked when no fleet is running', async () => {
    const file = join(fillFolder(), '600519.csv');
    const run = await runCli(['import', file, '--format', 'akshare'], {
      cwd: dir,
      env: { QF_DATA_DIR: join(dir, 'none') },
    });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toBe(
      `no fleet is running in ${join(dir, 'none')} (start one with npm start, or name one with --url)\n`,
    );
  });
});
