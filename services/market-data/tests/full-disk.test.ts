import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shanghaiMs, tradingDays } from '@quotefleet/domain';
import { type PostgresServer, startPostgres } from '@quotefleet/native-servers';
import { waitUntil } from '@quotefleet/testing';
import { type MarketDataFixture, startMarketData } from './market-data-fixture.ts';

const DISK_MB = 220;
const DAYS = tradingDays('2006-01-01', '2025-12-31').slice(0, 4000);

/** A small disk of its own, which only root can have. */
function mountDisk(): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'quotefleet-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=755`, 'tmpfs', dir], { stdio: 'ignore' });
    return dir;
  } catch {
    rmSync(dir, { recursive: true });
    return undefined;
  }
}

const disk = mountDisk();
const title = 'market-data on a disk that runs full';
const describeOnDisk = disk === undefined ? describe.skip : describe;

describeOnDisk(disk === undefined ? `${title} (skipped: a disk cannot be mounted here)` : title, () => {
  const home = String(disk);
  const ballast = join(home, 'ballast');
  let postgres: PostgresServer;
  let fixture: MarketDataFixture;

  beforeAll(async () => {
    postgres = await startPostgres({ dataDir: join(home, 'postgres'), persistent: true });
    fixture = await startMarketData(postgres.url);
  }, 60_000);
  afterAll(async () => {
    await fixture.stop();
    await postgres.stop();
    execFileSync('umount', ['--lazy', home]);
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  const bars = (symbol: string) =>
    DAYS.map((day) => ({
      ...{ symbol, ts: shanghaiMs(day, '00:00:00'), open: 10, high: 11, low: 9, close: 10.5 },
      ...{ volume: 100_000, amount: 1_000_000 },
    }));
  const post = (symbol: string) => fixture.post('/api/v1/ingest/bars_1d', { records: bars(symbol) });

  it('says 503 when it is full, keeps what it accepted, and goes on once there is room', async () => {
    const accepted: string[] = [];
    expect((await post('600000.SH')).status).toBe(200);
    accepted.push('600000.SH');
    const { bavail, bsize } = statfsSync(home);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 2 * 1024 * 1024)));

    let refused = 0;
    for (let code = 600001; refused === 0 && code < 600060; code += 1) {
      const response = await fetch(`${fixture.service.url}/api/v1/ingest/bars_1d`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ records: bars(`${code}.SH`) }),
      });
      if (response.status === 200) accepted.push(`${code}.SH`);
      else {
        refused = response.status;
        expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      }
    }
    expect(refused).toBe(503);

    rmSync(ballast);
    await waitUntil(async () => (await post('601999.SH')).status === 200, { timeoutMs: 60_000, message: 'room again' });
    for (const symbol of accepted) {
      const { body } = await fixture.get(`/api/v1/historical/stock/${symbol}?start=2006-01-01&limit=5000`);
      expect({ symbol, bars: body.data.bars.length }).toEqual({ symbol, bars: DAYS.length });
    }
  }, 150_000);
});
