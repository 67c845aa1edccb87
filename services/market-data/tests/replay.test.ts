import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { DATE, startMarketData, tick } from './market-data-fixture.ts';

describeWith('postgres', 'replay', (servers) => {
  const database = isolatedDatabase(servers);
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'replay-'));
    const ticks = [
      tick({ seq: 1, time: '09:25:03', last: 10, volume: 1000, high: 10, low: 10 }),
      tick({ seq: 2, time: '09:30:03', last: 10.5, volume: 1500, high: 10.5, low: 10 }),
    ];
    writeFileSync(join(folder, 'ticks.ndjson'), ticks.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const header = '日期,开盘,收盘,最高,最低,成交量,成交额';
    writeFileSync(
      join(folder, '000001.csv'),
      `${header}\n2024-01-02,10,11,12,9,5,5500\n2024-01-03,11,10,11,9.5,7,7000\nbroken\n`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('feeds recorded ticks and bars, and goes on where it stopped after a restart', async () => {
    const env = { QF_SOURCE: `replay:${folder}`, QF_REPLAY_SPEED: 'max' };
    const first = await startMarketData(database.url, env);
    const daily = async (fixture: typeof first, symbol: string) =>
      (await fixture.get(`/api/v1/historical/stock/${symbol}`)).body.data?.bars;
    const counts = async () =>
      [await daily(first, '600519.SH'), await daily(first, '000001.SZ')].map((bars) => bars?.length);
    await waitUntil(async () => (await counts()).join() === '1,2', {
      timeoutMs: 10_000,
      message: 'the replayed day',
    });
    expect(await daily(first, '000001.SZ')).toMatchObject([
      { tradeDate: '2024-01-02', open: 10, high: 12, low: 9, close: 11, volume: 500, amount: 5500 },
      { tradeDate: '2024-01-03', open: 11, high: 11, low: 9.5, close: 10, volume: 700, amount: 7000 },
    ]);
    await first.stop();

    const second = await startMarketData(database.url, env);
    const { body } = await second.get(`/api/v1/ticks/600519.SH?start=${DATE}`);
    expect(body.data.ticks.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2]);
    await second.stop();
  });

  it('stops the start with one sentence where there is nothing to replay', async () => {
    await expect(startMarketData(database.url, { QF_SOURCE: `replay:${folder}/nowhere` })).rejects.toThrow(
      `QF_SOURCE: there is no file or folder ${folder}/nowhere`,
    );
  });
});
