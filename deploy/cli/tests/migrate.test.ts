import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith, isolatedDatabase, uniqueName, waitUntil } from '@quotefleet/testing';
import { type CliRun, runCli } from './run-cli.ts';
import { createVendorBars, VENDOR_DAYS, VENDOR_MAPPING, VENDOR_SYMBOLS } from './vendor-bars.ts';

const MAIN = resolve(import.meta.dirname, '../src/main.ts');
const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
const SYMBOL_DAYS = VENDOR_SYMBOLS.length * VENDOR_DAYS;

/** Days of which writing had begun, of all symbols. */
function symbolDaysIn(dir: string): number {
  if (!existsSync(dir)) return 0;
  const files = readdirSync(dir).filter((name) => name.endsWith('.progress.json'));
  return files.reduce((total, name) => total + JSON.parse(readFileSync(join(dir, name), 'utf8')).days.length, 0);
}

describeWith(['mariadb', 'influx', 'postgres'], 'quotefleet migrate', (servers) => {
  const postgres = isolatedDatabase(servers);
  const database = uniqueName('vendor');
  let cwd: string;
  let vendor: Awaited<ReturnType<typeof createVendorBars>>;

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'quotefleet-cli-'));
    vendor = await createVendorBars(servers.mariadb.url, database);
    await writeFile(join(cwd, 'mapping.yaml'), VENDOR_MAPPING);
  }, 120_000);

  afterAll(async () => {
    await vendor?.drop();
    await rm(cwd, { recursive: true, force: true });
  });

  const influx = () => `${servers.influx.url.replace(/^http:/, 'influx:')}${database}`;
  const fromVendor = () => ['--from', `${servers.mariadb.url}${database}`, '--mapping', 'mapping.yaml'];
  const run = (args: string[]): Promise<CliRun> =>
    runCli(['migrate', '--table', 'bars_1m', ...args], { cwd, env: { QF_DATABASE_URL: postgres.url } });
  /** Runs the command, and kills it once so many symbol-days are under way. */
  async function runAndKill(args: string[], symbolDays: number): Promise<void> {
    const child = spawn(process.execPath, [MAIN, 'migrate', '--table', 'bars_1m', ...args], {
      cwd,
      env: { PATH, NODE_COMPILE_CACHE, QF_DATABASE_URL: postgres.url },
    });
    const ended = new Promise((done) => child.once('close', done));
    await waitUntil(() => symbolDaysIn(join(cwd, 'state', 'bars_1m')) >= symbolDays, { intervalMs: 5 });
    child.kill('SIGKILL');
    await ended;
  }

  it('goes on where it was killed, into PostgreSQL, and loses and doubles nothing', async () => {
    const args = [...fromVendor(), '--to', 'db', '--state', 'state', '--batch', '300'];
    for (const symbolDays of [1, 30, 55, 80]) await runAndKill(args, symbolDays);
    expect(symbolDaysIn(join(cwd, 'state', 'bars_1m'))).toBeLessThan(SYMBOL_DAYS);
    const { code, stdout, stderr } = await run([...args, '--verify']);
    expect(stderr).not.toContain('Error');
    expect(stdout).toContain(
      `Compared ${SYMBOL_DAYS} symbol-days by count and checksum, 24,000 and 24,000 rows: all the same.`,
    );
    expect(code).toBe(0);
    const again = await run([...args, '--json']);
    expect(JSON.parse(again.stdout)).toEqual({ moved: { rows: 0, symbols: 4 } });
  }, 120_000);

  it('moves on from PostgreSQL to InfluxDB, and tells a row that differs', async () => {
    const args = ['--from', 'db', '--to', influx(), '--state', 'to-influx'];
    const moved = await run([...args, '--verify', '--json']);
    expect(moved.code).toBe(0);
    const lines = moved.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { moved: { rows: 24_000, symbols: 4 } },
      { compared: { symbols: 4, days: SYMBOL_DAYS, leftRows: 24_000, rightRows: 24_000, differences: 0 } },
    ]);

    await vendor.execute(
      "UPDATE minutes SET close = close + 0.01 WHERE code = '600519.SH' AND time = '2026-01-07 09:30:00'",
    );
    await vendor.execute(
      "DELETE FROM minutes WHERE code = '000001.SZ' AND time >= '2026-01-09 12:58:00' AND time < '2026-01-10'",
    );
    const { code, stdout } = await run([...fromVendor(), '--to', influx(), '--compare']);
    expect(stdout.trim().split('\n').sort()).toEqual([
      'Compared 100 symbol-days by count and checksum, 23,998 and 24,000 rows: 2 differ.',
      'bars_1m 000001.SZ 2026-01-09: 238 and 240 rows, 2 more, first at 2026-01-09T12:58:00.000+08:00',
      'bars_1m 600519.SH 2026-01-07: 240 and 240 rows, 1 changed, first at 2026-01-07T09:30:00.000+08:00',
    ]);
    expect(code).toBe(2);
  }, 120_000);

  it('takes back what it moved', async () => {
    const undone = await run(['--to', influx(), '--state', 'to-influx', '--rollback']);
    expect(undone.stdout).toBe(
      `Removed ${SYMBOL_DAYS} symbol-days of 4 symbols from ${influx()} and put back 0 rows that were there before.\n`,
    );
    expect(undone.code).toBe(0);
    const { stdout } = await run(['--from', 'db', '--to', influx(), '--compare', '--json']);
    expect(stdout).toContain('"compared":{"symbols":4,"days":100,"leftRows":24000,"rightRows":0,"differences":100}');
  }, 60_000);

  it('exports what is in the database', async () => {
    const env = { QF_DATABASE_URL: postgres.url };
    const args = [
      'export',
      'bars_1m',
      '--out',
      'files',
      '--format',
      'csv',
      '--symbols',
      '600519.SH',
      '--to',
      '2026-01-20',
    ];
    const { code, stdout, stderr } = await runCli(args, { cwd, env });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Wrote bars_1m to files\/bars_1m: 4,800 rows in 1 files, [\d,]+ bytes, \d\.\d s\.\n$/);
    expect(code).toBe(0);
    const csv = await readFile(join(cwd, 'files/bars_1m/month=2026-01/part-600519.SH.csv'), 'utf8');
    expect(csv.split('\r\n')[0]).toBe('symbol,ts,open,high,low,close,volume,amount,final,source');
    expect(csv.trim().split('\n')).toHaveLength(4801);
  }, 60_000);

  describe('says in one sentence', () => {
    const cases: [string, () => string[], string | RegExp][] = [
      [
        'what a URL must be',
        () => ['--from', 'oracle://x', '--to', 'db'],
        /^expected tsdb, db, mysql:.*, was 'oracle:\/\/x'\n$/,
      ],
      [
        'that a table is unknown',
        () => ['--from', 'db', '--to', influx(), '--table', 'bars'],
        /^expected tables of symbol and time \(.*\), was 'bars'\n$/,
      ],
      [
        'that MySQL is never moved to',
        () => ['--from', 'db', '--to', `${servers.mariadb.url}x`],
        /can only be moved from/,
      ],
      [
        'that a server is away',
        () => ['--from', 'mysql://root@127.0.0.1:1/x', '--to', 'db'],
        'mysql://127.0.0.1:1/x cannot be reached: connect ECONNREFUSED 127.0.0.1:1\n',
      ],
      [
        'that the target is away',
        () => [...fromVendor(), '--to', 'influx://127.0.0.1:1'],
        /^InfluxDB at 127.0.0.1:1 is not available: .*\n$/,
      ],
      [
        'that a mapping lacks columns',
        () => ['--from', `${servers.mariadb.url}${database}`, '--mapping', 'other.yaml', '--to', 'db'],
        /^bars_1m: table minutes has no columns for symbol, ts, volume \(it has code, .*\): name them in a mapping file\n$/,
      ],
      [
        'that both sides are one',
        () => ['--from', 'db', '--to', 'db'],
        /^expected two databases, was postgres:.* twice\n$/,
      ],
      [
        'that there is nothing to undo',
        () => ['--to', 'db', '--rollback', '--state', 'none'],
        'there is no state of a migration in none\n',
      ],
    ];
    for (const [title, args, expected] of cases) {
      it(title, async () => {
        await writeFile(join(cwd, 'other.yaml'), 'tables: { bars_1m: { table: minutes } }');
        const { code, stderr } = await run(args());
        expect(stderr).toMatch(expected);
        expect(code).toBe(1);
      });
    }
  });
});
