import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type DataManager, openData, seriesDefinition } from '@quotefleet/data';
import { tableRegistry } from '@quotefleet/tables';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import type { SeriesRow } from '@quotefleet/timeseries';
import { parquetReadObjects } from 'hyparquet';
import { type ExportOptions, exportTable } from '../src/index.ts';

const SYMBOLS = ['600519.SH', '000001.SZ', "../'; DROP TABLE x"];
const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-01-29T09:30:00+08:00');

describeWith('postgres', 'an export', (servers) => {
  const database = isolatedDatabase(servers);
  let data: DataManager;
  let out: string;

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'export-'));
    const { url } = database;
    data = openData({
      registry: tableRegistry(),
      databaseUrl: url,
      timeSeries: { driver: 'postgres', url },
      schema: 'market',
    });
  });

  afterAll(async () => {
    await data.close();
    await rm(out, { recursive: true, force: true });
  });

  const run = (options: Partial<ExportOptions> = {}) =>
    exportTable({ data, table: 'ticks', out, format: 'parquet', ...options });
  const files = async (table: string) =>
    (await readdir(join(out, table), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(out, table).length + 1))
      .sort();

  it('makes no table: one that is missing is told', async () => {
    await expect(run()).rejects.toThrow('there is no table ticks in the database');
    await data.series.prepare(['ticks', 'bars_1m'].map((name) => seriesDefinition(tableRegistry().get(name))));
    await data.prepare();
  });

  it('writes a file per day and symbol, that gives back every row', async () => {
    const rows = SYMBOLS.flatMap((symbol) => [...ticks(symbol, 0), ...ticks(symbol, 4)]);
    await data.save('ticks', rows);
    const report = await run();
    expect(report).toMatchObject({ files: 6, rows: rows.length, dir: join(out, 'ticks') });
    const written = await files('ticks');
    expect(written).toEqual([
      '_manifest.json',
      'date=2026-01-29/part-000001.SZ.parquet',
      'date=2026-01-29/part-600519.SH.parquet',
      expect.stringMatching(/^date=2026-01-29\/part-sha256-[0-9a-f]{64}\.parquet$/),
      'date=2026-02-02/part-000001.SZ.parquet',
      'date=2026-02-02/part-600519.SH.parquet',
      expect.stringMatching(/^date=2026-02-02\/part-sha256-[0-9a-f]{64}\.parquet$/),
    ]);
    const bytes = await readFile(join(out, 'ticks/date=2026-02-02/part-600519.SH.parquet'));
    const read = await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    });
    expect(read).toHaveLength(6001);
    const { ts, receivedTs, seq, volume, bidVolumes, ...rest } = read[6000] ?? {};
    expect([ts, receivedTs]).toEqual([new Date(START_MS + 4 * DAY_MS + 2000), new Date(START_MS)]);
    expect([seq, volume, bidVolumes].map(String)).toEqual(['6000', '600000', '100,200']);
    expect(rest).toMatchObject({ symbol: '600519.SH', last: 1680.12, bidPrices: [1680.11, 1680.1], askPrices: [] });
  }, 60_000);

  it('names every file with its rows and checksum, and leaves the same files when it is done again', async () => {
    const manifest = async () => JSON.parse(await readFile(join(out, 'ticks/_manifest.json'), 'utf8'));
    const before = await manifest();
    expect(before.rows).toBe(6001 * 6);
    for (const { path, rows, bytes, sha256 } of before.files) {
      const content = await readFile(join(out, 'ticks', path));
      expect({ rows: 6001, bytes: content.length }).toEqual({ rows, bytes });
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
    await run();
    expect(await manifest()).toEqual(before);
    await run({ symbols: ['600519.SH'], days: { from: '2026-02-01' } });
    expect(await manifest()).toEqual(before);
  }, 60_000);

  it('takes the symbols and days asked for alone', async () => {
    const dir = join(out, 'some');
    const report = await run({ out: dir, symbols: ['600519.SH', 'NO.SH'], days: { to: '2026-02-01' } });
    expect(report).toMatchObject({ files: 1, rows: 6001 });
  });

  it('writes bars by month and tables without partitions to one file', async () => {
    const bar = { open: 1, high: 2, low: 0.5, close: 1.5, volume: 100, amount: 150, final: true, source: 'test' };
    const at = [START_MS, START_MS + DAY_MS, START_MS + 5 * DAY_MS];
    await data.save(
      'bars_1m',
      at.map((ts) => ({ symbol: '600519.SH', ts, ...bar })),
    );
    await run({ table: 'bars_1m', format: 'csv' });
    expect(await files('bars_1m')).toEqual([
      '_manifest.json',
      'month=2026-01/part-600519.SH.csv',
      'month=2026-02/part-600519.SH.csv',
    ]);
    const industries = Array.from({ length: 12_000 }, (_, index) => ({
      taxonomy: 'SW2021',
      code: `${index}`,
      name: index % 2 ? 'a "quoted", name' : '白酒',
      level: 1,
    }));
    await data.save('industries', industries);
    expect(await run({ table: 'industries', format: 'csv' })).toMatchObject({ files: 1, rows: 12_000 });
    expect(await files('industries')).toEqual(['_manifest.json', 'part-0.csv']);
  }, 60_000);

  it('is refused where the table has no such thing', async () => {
    await expect(run({ table: 'nope' })).rejects.toThrow(/^expected a table out of .*, was 'nope'$/);
    await expect(run({ table: 'industries', days: { from: '2026-01-01' } })).rejects.toThrow(
      'industries is not kept by time',
    );
    await expect(run({ table: 'industries', symbols: ['x'] })).rejects.toThrow(
      'industries has no symbols to choose from',
    );
  });

  it('leaves no half of a file when it is stopped', async () => {
    const dir = join(out, 'stopped');
    const stop = new AbortController();
    const onProgress = ({ rows }: { rows: number }) => {
      if (rows >= 10_000) stop.abort(new Error('stopped'));
    };
    await expect(run({ out: dir, onProgress, signal: stop.signal })).rejects.toThrow('stopped');
    const left = await readdir(dir, { recursive: true });
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

/** More than a page of a symbol's day, three to a millisecond. */
function ticks(symbol: string, day: number): SeriesRow[] {
  return Array.from({ length: 6001 }, (_, seq) => ({
    symbol,
    ts: START_MS + day * DAY_MS + Math.floor(seq / 3),
    seq,
    epoch: 'e',
    last: 1680.12,
    open: 1670,
    high: 1690,
    low: 1660,
    preClose: 1665,
    volume: seq * 100,
    amount: seq * 168_012,
    bidPrices: [1680.11, 1680.1],
    bidVolumes: [100, 200],
    askPrices: [],
    askVolumes: [],
    source: 'test',
    receivedTs: START_MS,
  }));
}
