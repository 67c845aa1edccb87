import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { encode, type Field, FORMATS, type Row } from '../src/index.ts';
import { readParquet } from './readers.ts';
import { collect } from './sample.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const STREAMED = FORMATS.filter((format) => format !== 'json');
const FIELDS: readonly Field[] = [
  { name: 'symbol', type: 'text' },
  { name: 'close', type: 'double' },
  { name: 'volume', type: 'bigint' },
];

function batchOf(rows: number, from = 0): Row[] {
  return Array.from({ length: rows }, (_, index) => ['600519.SH', (from + index) / 100, from + index]);
}

/** Counts what was asked for, and whether the producer was told to end. */
function producer(options: { batches: number; rows: number; failAfter?: number }) {
  const seen = { produced: 0, ended: false };
  async function* produce(): AsyncGenerator<Row[]> {
    try {
      while (seen.produced < options.batches) {
        if (seen.produced === options.failAfter) throw new Error('the database went away');
        yield batchOf(options.rows, seen.produced++ * options.rows);
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, table: { fields: FIELDS, batches: produce() } };
}

describe.each(STREAMED)('a stream of %s', (format) => {
  it('asks for a batch only when its reader asks for bytes, and ends the producer when the reader leaves', async () => {
    const { seen, table } = producer({ batches: 100, rows: 50_000 });
    const stream = encode(table, format);
    await setImmediate();
    expect(seen.produced).toBe(0);
    await stream.next();
    await setImmediate();
    expect(seen.produced).toBe(1);
    await stream.return(undefined);
    expect(seen).toEqual({ produced: 1, ended: true });
  });

  it('hands the error of its producer on, after the bytes before it, and ends', async () => {
    const { table } = producer({ batches: 3, rows: 50_000, failAfter: 1 });
    const stream = encode(table, format);
    expect((await stream.next()).value?.length).toBeGreaterThan(0);
    await expect(stream.next()).rejects.toThrow('the database went away');
    expect((await stream.next()).done).toBe(true);
  });

  it('has sent nothing when its producer fails at once', async () => {
    const { table } = producer({ batches: 1, rows: 1, failAfter: 0 });
    await expect(encode(table, format).next()).rejects.toThrow('the database went away');
  });

  // Parquet has most to do per row. Held, its rows alone or the bytes of the others would be more than is allowed.
  const manyRows = format === 'parquet' ? 300_000 : 1_000_000;
  it(`holds no more of ${manyRows} rows than two batches`, async () => {
    const alive: WeakRef<Row[]>[] = [];
    let mostAlive = 0;
    let mostBytes = 0;
    async function* produce(): AsyncGenerator<Row[]> {
      for (let from = 0; from < manyRows; from += 10_000) {
        const batch = batchOf(10_000, from);
        alive.push(new WeakRef(batch));
        yield batch;
        if (from % 100_000 !== 0) continue;
        await setImmediate();
        collectGarbage();
        mostAlive = Math.max(mostAlive, alive.filter((held) => held.deref() !== undefined).length);
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        mostBytes = Math.max(mostBytes, heapUsed + arrayBuffers);
      }
    }
    await setImmediate();
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    let bytes = 0;
    for await (const piece of encode({ fields: FIELDS, batches: produce() }, format)) bytes += piece.length;
    expect(bytes).toBeGreaterThan(manyRows * 5);
    expect(mostAlive).toBeLessThanOrEqual(2);
    expect(mostBytes - heapUsed - arrayBuffers).toBeLessThan(16_000_000);
  }, 60_000);
});

describe('Parquet row groups', () => {
  it('hold 50,000 rows whatever the batches, and leave before the next is gathered', async () => {
    const { seen, table } = producer({ batches: 12, rows: 10_000 });
    const stream = encode(table, 'parquet');
    const first = (await stream.next()).value;
    expect(seen.produced).toBe(5);
    const { metadata, rows } = await readParquet(Buffer.concat([first as Uint8Array, await collect(stream)]));
    expect(metadata.row_groups.map((group) => Number(group.num_rows))).toEqual([50_000, 50_000, 20_000]);
    expect(rows[119_999]).toEqual(['600519.SH', 1199.99, 119_999n]);
  });

  it('are smaller where lists make rows heavy', async () => {
    const fields: Field[] = [{ name: 'levels', type: 'double', list: true }];
    const rows = batchOf(3000).map(() => [new Array(300).fill(1.5)]);
    async function* produce() {
      yield rows;
    }
    const { metadata } = await readParquet(await collect(encode({ fields, batches: produce() }, 'parquet')));
    expect(metadata.row_groups.map((group) => Number(group.num_rows))).toEqual([2000, 1000]);
  });
});
