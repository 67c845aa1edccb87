import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { seriesDefinition } from '@quotefleet/data';
import { shanghaiMs } from '@quotefleet/domain';
import { tableRegistry } from '@quotefleet/tables';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { createPostgresStore, type TimeSeriesStore } from '@quotefleet/timeseries';
import { tickToRow } from '../src/series/rows.ts';
import { TICKS } from '../src/series/series.ts';
import { DATE, type MarketDataFixture, startMarketData, tick } from './market-data-fixture.ts';

const TOTAL = 300_000;
const BATCH = 20_000;
const MEGABYTE = 1024 * 1024;
const LINE_END = 0x0a;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describeWith('postgres', 'a stream of 300,000 ticks', (servers) => {
  const database = isolatedDatabase(servers);
  let fixture: MarketDataFixture;
  let store: TimeSeriesStore;

  beforeAll(async () => {
    fixture = await startMarketData(database.url);
    await fixture.store('instruments', [
      { symbol: '600519.SH', name: '贵州茅台', kind: 'stock', board: 'sse-main', isSt: false, status: 'listed' },
    ]);
    store = createPostgresStore({ url: database.url, schema: 'market' });
    await store.prepare([seriesDefinition(tableRegistry().get(TICKS))]);
    const first = { ...tick({ seq: 0, time: '09:30:00', last: 10, volume: 0 }), source: 'test', receivedTs: 0 };
    const open = shanghaiMs(DATE, '09:30:00');
    for (let at = 0; at < TOTAL; at += BATCH) {
      const ticks = Array.from({ length: BATCH }, (_, index) => ({
        ...first,
        seq: at + index,
        ts: open + (at + index) * 40,
      }));
      await store.append(TICKS, ticks.map(tickToRow));
    }
  }, 120_000);
  afterAll(async () => {
    await store.close();
    await fixture.stop();
  });

  function open(): Socket {
    const { hostname, port } = new URL(fixture.service.url);
    const socket = connect(Number(port), hostname);
    socket.write('GET /api/v1/ticks/600519?format=csv HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    return socket;
  }
  const heap = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };

  it('waits for a reader that stops, holding little, and is whole in the end', async () => {
    const before = heap();
    const socket = open();
    await new Promise((resolve) => socket.once('readable', resolve));
    await sleep(500);
    const stalled = heap();
    await sleep(1000);
    const later = heap();
    expect(later - before).toBeLessThan(60 * MEGABYTE);
    expect(Math.abs(later - stalled)).toBeLessThan(10 * MEGABYTE);

    let lines = 0;
    let chunks = 0;
    let most = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, end + 1)) lines += 1;
      chunks += 1;
      if (chunks % 200 === 0) most = Math.max(most, heap() - before);
    }
    expect(lines).toBeGreaterThan(TOTAL);
    expect(most).toBeLessThan(60 * MEGABYTE);
  }, 120_000);

  it('is as long as was asked for, from the end or from a start', async () => {
    const seqs = async (query: string) => {
      const response = await fixture.fetch(`/api/v1/ticks/600519?format=csv&fields=seq&${query}`);
      return (await response.text()).trim().split('\r\n').slice(1).map(Number);
    };
    const last = await seqs('limit=12000');
    expect([last.length, last[0], last.at(-1)]).toEqual([12_000, TOTAL - 12_000, TOTAL - 1]);
    const first = await seqs(`limit=12000&start=${DATE}`);
    expect([first.length, first[0], first.at(-1)]).toEqual([12_000, 0, 11_999]);
  }, 30_000);
});
