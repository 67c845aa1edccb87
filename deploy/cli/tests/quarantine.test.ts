import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Answer, envelope, type FakeGateway, failure, startFakeGateway } from './fake-gateway.ts';
import { runCli } from './run-cli.ts';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(30_000);

let cwd: string;
let gateway: FakeGateway;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'qf-quarantine-'));
});
afterEach(async () => {
  await gateway.close();
  rmSync(cwd, { recursive: true });
});

async function quarantine(answer: (path: string, call: number) => Answer, ...args: string[]) {
  gateway = await startFakeGateway(answer);
  return runCli(['quarantine', ...args, '--url', gateway.url], { cwd, env: { QF_API_KEY: 'key-12345' } });
}

const ok = (data: unknown): Answer => ({ status: 200, body: envelope(data) });
const ROW = {
  ...{ id: 7, quarantinedAt: '2026-07-06T10:00:00.000+08:00', table: 'bars_1d', source: 'akshare' },
  ...{ file: '600519.csv', line: 12, reason: 'high: below low', row: { 开盘: '1' } },
};

describe('quotefleet quarantine list', () => {
  it('prints a line for each row, with where it came from and why it was not taken', async () => {
    const { file: _, ...ingested } = { ...ROW, id: 1234, source: 'ingest', reason: 'symbol: unknown' };
    const run = await quarantine(
      () => ok({ rows: [ROW, ingested] }),
      'list',
      '--table',
      'bars_1d',
      '--source',
      'akshare',
    );
    expect(run).toEqual({
      code: 0,
      stderr: '',
      stdout:
        '     7  2026-07-06T10:00:00.000+08:00  bars_1d      600519.csv:12 (akshare): high: below low\n' +
        '  1234  2026-07-06T10:00:00.000+08:00  bars_1d      ingest: symbol: unknown\n',
    });
    expect(gateway.requests[0]).toMatchObject({
      path: '/api/v1/quarantine?table=bars_1d&source=akshare&limit=100',
      apiKey: 'key-12345',
    });
  });

  it('gives scripts JSON lines, over all pages', async () => {
    const run = await quarantine(
      (path) => ok(path.includes('cursor=c2') ? { rows: [{ ...ROW, id: 8 }] } : { rows: [ROW], nextCursor: 'c2' }),
      ...['list', '--json'],
    );
    expect(
      run.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([ROW, { ...ROW, id: 8 }]);
  });

  it('says that there is more, or nothing', async () => {
    const more = await quarantine(() => ok({ rows: [ROW], nextCursor: 'c2' }), 'list', '--limit', '1');
    expect(more.stdout).toMatch(/below low\nand more \(--limit shows them\)\n$/);
    await gateway.close();
    const none = await quarantine(() => ok({ rows: [] }), 'list');
    expect(none.stdout).toBe('No row is in quarantine.\n');
  });
});

describe('quotefleet quarantine resubmit', () => {
  it('hands a row in as it came, or put right', async () => {
    const asItCame = await quarantine(() => ok({ accepted: true }), 'resubmit', '7');
    expect(asItCame).toEqual({ code: 0, stdout: 'Row 7 was taken.\n', stderr: '' });
    expect(gateway.requests[0]).toMatchObject({ path: '/api/v1/quarantine/7/resubmit', body: '{}' });
    await gateway.close();
    const putRight = await quarantine(() => ok({ accepted: true }), 'resubmit', '7', '--record', '{"high": 11}');
    expect(putRight.code).toBe(0);
    expect(gateway.requests[0]).toMatchObject({ contentType: 'application/json', body: '{"record":{"high":11}}' });
  });

  it('says why a row was refused again, with exit code 2', async () => {
    const rejected = { field: 'high', message: 'below low' };
    const run = await quarantine(() => ok({ accepted: false, rejected }), 'resubmit', '7');
    expect(run).toEqual({ code: 2, stdout: 'Row 7 was refused again: high: below low\n', stderr: '' });
  });

  it.each(['[1]', '{"high"', 'null', '5'])('refuses the record %s before it asks the fleet', async (record) => {
    const run = await quarantine(() => ok({ accepted: true }), 'resubmit', '7', '--record', record);
    expect(run).toMatchObject({ code: 1, stderr: `expected --record to be a JSON object, was '${record}'\n` });
    expect(gateway.requests).toEqual([]);
  });
});

describe('quotefleet quarantine drop', () => {
  it('gives a row up', async () => {
    const run = await quarantine(() => ok({ dropped: true }), 'drop', '7');
    expect(run).toEqual({ code: 0, stdout: 'Row 7 was dropped.\n', stderr: '' });
    expect(gateway.requests[0]?.path).toBe('/api/v1/quarantine/7');
  });

  it('says that there is no such row', async () => {
    const body = failure('NOT_FOUND', 'there is no quarantined row 7');
    const run = await quarantine(() => ({ status: 404, body }), 'drop', '7');
    expect(run).toEqual({ code: 1, stdout: '', stderr: 'there is no quarantined row 7\n' });
  });

  it('refuses what is no number of a row', async () => {
    const run = await quarantine(() => ok({ dropped: true }), 'drop', '7; DROP TABLE');
    expect(run.code).toBe(1);
    expect(gateway.requests).toEqual([]);
  });
});
