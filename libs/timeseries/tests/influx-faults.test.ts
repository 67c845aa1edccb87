import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findNative, type InfluxServer, startInflux } from '@quotefleet/native-servers';
import { newRow, newSeries, SYMBOL } from '../src/contract/contract-series.ts';
import { createInfluxStore, StoreUnavailableError, type TimeSeriesStore } from '../src/index.ts';

const { influx: missing } = findNative().missing;
const START_TIMEOUT_MS = 60_000;
const AUTH = { user: 'fleet', password: "p@ss'wo/rd" };
const LIMIT = 1_000_000;

// The server is killed, so it is one of this test's own, and it must be a process of this machine.
const title = `an InfluxDB that dies${missing === undefined ? '' : ` [skipped without influx: ${missing}]`}`;
(missing === undefined ? describe : describe.skip)(title, () => {
  let dir: string;
  let server: InfluxServer;
  const stores: TimeSeriesStore[] = [];
  const open = (url = server.url) => {
    const store = createInfluxStore({ url, database: 'market' });
    stores.push(store);
    return store;
  };
  const restart = async () => {
    server = await startInflux({ dir, auth: AUTH, port: server.port });
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quotefleet-influx-faults-'));
    server = await startInflux({ dir, auth: AUTH });
  }, START_TIMEOUT_MS);
  afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));
  afterAll(async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }, START_TIMEOUT_MS);

  it(
    'has every row that it acknowledged when it is killed amid writes and started again',
    async () => {
      const store = open();
      const definition = newSeries();
      const series = definition.name;
      await store.prepare([definition]);
      const acknowledged: number[] = [];
      const failures: unknown[] = [];
      let next = 0;
      const writeUntilDown = async (write: 'write' | 'append') => {
        while (failures.length === 0) {
          const numbers = Array.from({ length: 200 }, () => next++);
          const rows = numbers.map((seq) => newRow({ seq, bidPrices: [seq], note: `row ${seq}` }));
          await store[write](series, rows).then(
            () => void acknowledged.push(...numbers),
            (error: unknown) => void failures.push(error),
          );
          if (acknowledged.length > 4_000) await killOnce();
        }
      };
      let killed: Promise<void> | undefined;
      const killOnce = () => {
        killed ??= server.kill();
        return killed;
      };
      await Promise.all([writeUntilDown('append'), writeUntilDown('append'), writeUntilDown('write')]);
      for (const failure of failures) expect(failure).toBeInstanceOf(StoreUnavailableError);
      await expect(store.check()).rejects.toThrow(StoreUnavailableError);
      await expect(store.read(series, { symbol: SYMBOL, limit: 1 })).rejects.toThrow(StoreUnavailableError);

      await restart();
      await store.check();
      const stored = new Map((await store.read(series, { symbol: SYMBOL, limit: LIMIT })).map((row) => [row.seq, row]));
      for (const seq of acknowledged) {
        expect(stored.get(seq)).toEqual(newRow({ seq, bidPrices: [seq], note: `row ${seq}` }));
      }
      const again = Array.from({ length: next }, (_, seq) => newRow({ seq, bidPrices: [seq], note: `row ${seq}` }));
      const { amended, inserted, unchanged } = await store.write(series, again);
      expect({ amended, all: inserted + unchanged }).toEqual({ amended: 0, all: next });
    },
    START_TIMEOUT_MS,
  );

  it('lets nobody in without the password, and says so without telling it', async () => {
    const wrong = open(server.url.replace(/:[^:@]*@/, ':wrong@'));
    await expect(wrong.check()).rejects.toThrow('InfluxDB answered 401: authorization failed');
    await expect(wrong.check()).rejects.not.toThrow(StoreUnavailableError);
    const nobody = open(`http://127.0.0.1:${server.port}`);
    await expect(nobody.prepare([newSeries()])).rejects.toThrow('InfluxDB answered 401');
  });
});
