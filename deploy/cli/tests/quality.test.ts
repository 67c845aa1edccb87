import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Answer, envelope, type FakeGateway, failure, startFakeGateway } from './fake-gateway.ts';
import { runCli } from './run-cli.ts';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(30_000);

let cwd: string;
const gateways: FakeGateway[] = [];

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'qf-quality-'));
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
  rmSync(cwd, { recursive: true });
});

async function report(answer: Parameters<typeof startFakeGateway>[0], ...args: string[]) {
  const gateway = await startFakeGateway(answer);
  gateways.push(gateway);
  const run = await runCli(['quality', 'report', '--url', gateway.url, ...args], {
    cwd,
    env: { QF_API_KEY: 'key-12345' },
  });
  return { ...run, paths: gateway.requests.map(({ path }) => path) };
}

function ok(data: unknown): Answer {
  return { status: 200, body: envelope(data) };
}

function days(symbol: string, found: readonly number[], nextCursor?: string): Answer {
  const rows = found.map((count, index) => ({
    ...{
      date: `2026-07-0${index + 1}`,
      period: '1d',
      expected: 4,
      found: count,
      checkedAt: '2026-07-10T00:00:00.000+08:00',
    },
    completeness: count / 4,
    ...(count < 4 ? { findings: [{ kind: 'gap' }] } : {}),
  }));
  return ok({ symbol, period: '1d', days: rows, nextCursor });
}

describe('quotefleet quality report', () => {
  it('shows the worst symbol-days first, the totals, and that something lacks by its exit code', async () => {
    const { code, stdout, paths } = await report(
      (path) => (path.includes('600519') ? days('600519.SH', [4, 3]) : days('000001.SZ', [1, 4])),
      ...['--symbols', '600519.SH,000001.SZ', '--start', '2026-07-01', '--end', '2026-07-02'],
    );
    expect(code).toBe(2);
    expect(stdout.split('\n')).toEqual([
      'symbol      date        expected     found  complete  findings',
      '000001.SZ   2026-07-01         4         1  25.000 %         1',
      '600519.SH   2026-07-02         4         3  75.000 %         1',
      '2 symbols, 4 symbol-days of 1d: 12 of 16 rows, 75.000 % complete.',
      '2 symbol-days lack rows, 2 findings.',
      '',
    ]);
    expect(paths.sort()).toEqual([
      '/api/v1/quality/000001.SZ?period=1d&start=2026-07-01&end=2026-07-02&limit=1000',
      '/api/v1/quality/600519.SH?period=1d&start=2026-07-01&end=2026-07-02&limit=1000',
    ]);
  });

  it('checks every instrument of a kind, page by page', async () => {
    const { code, stdout, paths } = await report(
      (path) => {
        if (path.includes('cursor=days')) return days('510300.SH', [4]);
        if (path.includes('quality')) return days('510300.SH', [4, 4], 'days');
        if (path.includes('cursor=next')) return ok({ instruments: [{ symbol: '510500.SH' }] });
        return ok({ instruments: [{ symbol: '510300.SH' }], nextCursor: 'next' });
      },
      ...['--kind', 'etf', '--json'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...{ period: '1d', symbols: 2, symbolDays: 6, expected: 24, found: 24, completeness: 1, findings: 0 },
      incomplete: [],
      failures: [],
    });
    expect(paths[0]).toBe('/api/v1/stocks/list?kind=etf&limit=1000');
    expect(paths).toHaveLength(6);
  });

  it('is complete where nothing lacks, and never because more is there elsewhere', async () => {
    const whole = await report(() => days('600519.SH', [4]), '--symbols', '600519.SH');
    expect(whole).toMatchObject({ code: 0 });
    expect(whole.stdout).toContain('4 of 4 rows, 100.000 % complete.\n0 symbol-days lack rows');
    const mixed = await report(() => days('600519.SH', [3, 5]), '--symbols', '600519.SH');
    expect(mixed).toMatchObject({ code: 2 });
    expect(mixed.stdout).toContain('8 of 8 rows, 87.500 % complete.');
  });

  it('names symbols that cannot be checked, with exit code 1, and reports the others', async () => {
    const { code, stdout } = await report(
      (path) =>
        path.includes('nothing')
          ? { status: 404, body: failure('NOT_FOUND', 'there is no instrument nothing') }
          : days('600519.SH', [4]),
      ...['--symbols', 'nothing,600519.SH'],
    );
    expect(code).toBe(1);
    expect(stdout).toContain('failed      nothing: there is no instrument nothing\n1 symbols, 1 symbol-days');
  });

  it('comes back when the fleet says so', async () => {
    const { code, paths } = await report(
      (_, call) =>
        call < 3
          ? {
              status: call === 1 ? 429 : 503,
              body: failure('RATE_LIMITED', 'slow down'),
              headers: { 'retry-after': '0' },
            }
          : days('600519.SH', [4]),
      ...['--symbols', '600519.SH'],
    );
    expect(code).toBe(0);
    expect(paths).toHaveLength(3);
  });

  it('asks for eight symbols at a time', async () => {
    let running = 0;
    let most = 0;
    const symbols = Array.from({ length: 40 }, (_, i) => `${600_000 + i}.SH`);
    const answer = async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(20);
      running -= 1;
      return days('600519.SH', [4]);
    };
    const { code, paths } = await report(answer, '--symbols', symbols.join(','));
    expect(code).toBe(0);
    expect(paths).toHaveLength(40);
    expect(most).toBe(8);
  });

  it('tells in one sentence what is wrong', async () => {
    const none = await report(() => ok({ instruments: [] }));
    expect(none).toMatchObject({ code: 1, stdout: '', stderr: 'the fleet knows no instrument of kind stock\n' });
    const away = await runCli(['quality', 'report', '--url', 'http://127.0.0.1:1', '--api-key', 'key-12345'], { cwd });
    expect(away).toEqual({ code: 1, stdout: '', stderr: 'the fleet does not answer at http://127.0.0.1:1\n' });
    const refused = await report(() => ({ status: 401, body: failure('UNAUTHENTICATED', 'unknown API key') }));
    expect(refused).toMatchObject({ code: 1, stderr: 'unknown API key\n' });
  });
});
