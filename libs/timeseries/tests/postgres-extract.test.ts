import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import pg from 'pg';
import { BEFORE_MIDNIGHT_MS, newRow, newSeries } from '../src/contract/contract-series.ts';
import { extract } from '../src/contract/extract-contract.ts';
import { createPostgresStore, StoreUnavailableError, type TimeSeriesStore } from '../src/index.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

const DAY_MS = 86_400_000;
const SYMBOLS = Array.from({ length: 50 }, (_, i) => `${600_000 + i}.SH`);
const ROWS = SYMBOLS.flatMap((symbol) =>
  Array.from({ length: 200 }, (_, seq) => newRow({ symbol, seq, ts: BEFORE_MIDNIGHT_MS + (seq % 2) * DAY_MS })),
);
const QUERY = { symbols: SYMBOLS, columns: ['ts', 'seq', 'lastPrice'] };

describeWith('postgres', 'extracts from PostgreSQL', (servers) => {
  const database = isolatedDatabase(servers);
  const definition = newSeries();
  const series = definition.name;
  let store: TimeSeriesStore;
  let admin: pg.Client;

  beforeEach(async () => {
    store = await openStore(database.url);
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await store.append(series, ROWS);
  });

  afterEach(async () => {
    await admin.end();
    await store.close();
  });

  async function openStore(url: string): Promise<TimeSeriesStore> {
    const opened = createPostgresStore({ url, schema: 'series', poolMax: 1 });
    await opened.prepare([definition]);
    return opened;
  }

  it('hold no connection while their consumer works, nor after it left', async () => {
    let busiest = 0;
    for await (const { symbol } of store.extract(series, QUERY)) {
      await store.check();
      busiest = Math.max(busiest, await copies(admin));
      if (symbol === SYMBOLS[20]) break;
    }
    expect(busiest).toBe(0);
    await store.check();
  });

  it('fail as unavailable when the server ends the connection between two partitions', async () => {
    // After that the store knows its partitions, and asks for none of them.
    await extract(store, series, QUERY);
    await admin.query('BEGIN');
    await admin.query(`LOCK TABLE series.${series}_p20261121 IN ACCESS EXCLUSIVE MODE`);
    const outcome = expect(extract(store, series, QUERY)).rejects.toThrow(StoreUnavailableError);
    await waitUntil(async () => {
      const { rows } = await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE query LIKE 'COPY%' AND wait_event_type = 'Lock' AND datname = current_database()`,
      );
      return rows.length > 0;
    });
    await outcome;
    await admin.query('ROLLBACK');

    expect(await extract(store, series, QUERY)).toHaveLength(SYMBOLS.length);
  });

  it('fail as unavailable when the connection is cut in the middle of the rows, and never give out half a symbol', async () => {
    const link = await cuttingLink(database.url);
    const cut = await openStore(link.url);
    const lengths: number[] = [];
    const reading = (async () => {
      for await (const { length } of cut.extract(series, QUERY)) {
        lengths.push(length);
        link.cutAfter(20_000);
      }
    })();
    await expect(reading).rejects.toThrow(StoreUnavailableError);
    expect(lengths).toEqual(Array.from({ length: 8 }, () => 200));
    await cut.close();
    link.server.close();
  });

  it('are as the rows read, where rows were written symbol by symbol and amended since', async () => {
    await store.write(
      series,
      ROWS.filter((_, i) => i % 7 === 0).map((row) => ({ ...row, lastPrice: 1 })),
    );
    for (const { symbol, length, columns } of await extract(store, series, QUERY)) {
      const rows = await store.read(series, { symbol, limit: 1_000 });
      expect(length).toBe(rows.length);
      for (const name of QUERY.columns) expect([...(columns[name] ?? [])]).toEqual(rows.map((row) => row[name]));
    }
  });

  it('tell what the server refused', async () => {
    await admin.query(`ALTER TABLE series.${series} RENAME COLUMN last_price TO price`);
    await expect(extract(store, series, QUERY)).rejects.toThrow('column "last_price" does not exist');
    await store.check();
    await admin.query(`ALTER TABLE series.${series} RENAME COLUMN price TO last_price`);
  });
});

async function copies(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query(
    "SELECT FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state <> 'idle' AND datname = current_database()",
  );
  return rows.length;
}

/** A way to the database that breaks once so many more bytes have come back from it. */
async function cuttingLink(url: string): Promise<{ url: string; server: Server; cutAfter: (bytes: number) => void }> {
  const target = new URL(url);
  let bytesLeft = Number.POSITIVE_INFINITY;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    upstream.on('data', (data: Buffer) => {
      client.write(data.subarray(0, bytesLeft));
      bytesLeft -= data.length;
      if (bytesLeft <= 0) client.end(end);
    });
    client.on('data', (data) => upstream.write(data));
    for (const socket of [client, upstream]) socket.on('close', end).on('error', end);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cutAfter = (bytes: number) => {
    bytesLeft = Math.min(bytesLeft, bytes);
  };
  return { url: own.href, server, cutAfter };
}
