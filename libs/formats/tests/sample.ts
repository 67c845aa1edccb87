import type { Field, Row, Table } from '../src/index.ts';

/** A field of every type. */
export const SAMPLE_FIELDS: readonly Field[] = [
  { name: 'symbol', type: 'text' },
  { name: 'day', type: 'date' },
  { name: 'time', type: 'timestamp', description: 'end of the bar' },
  { name: 'close', type: 'double', nullable: true },
  { name: 'volume', type: 'bigint' },
  { name: 'final', type: 'boolean' },
  { name: 'bids', type: 'double', list: true, nullable: true },
  { name: 'sizes', type: 'bigint', list: true },
  { name: 'extra', type: 'json', nullable: true },
  { name: 'expiry', type: 'date', nullable: true },
  { name: 'trades', type: 'bigint', nullable: true },
  { name: 'halted', type: 'boolean', nullable: true },
  { name: 'seen', type: 'timestamp', nullable: true },
  { name: 'name', type: 'text', nullable: true },
];

export const OPEN_MS = Date.parse('2024-01-02T09:30:00+08:00');

/** One row with every cell there, one with all absent that may be. */
export const SAMPLE_ROWS: readonly Row[] = [
  [
    ...['600519.SH', '2024-01-02', OPEN_MS, 1685.01, 9007199254740991, true, [1685, 1684.99], [100, 200]],
    ...[{ a: ['x"y'] }, '2024-02-29', 3, false, OPEN_MS + 1, '贵州,"茅台"\n'],
  ],
  [
    '000001.SZ',
    '1969-12-31',
    -1,
    undefined,
    -5,
    false,
    null,
    [],
    undefined,
    null,
    undefined,
    null,
    undefined,
    undefined,
  ],
];

export function tableOf(fields: readonly Field[], ...batches: readonly (readonly Row[])[]): Table {
  return { fields, batches: each(batches) };
}

async function* each(batches: readonly (readonly Row[])[]): AsyncGenerator<readonly Row[]> {
  yield* batches;
}

export async function collectPieces(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await collectPieces(stream));
}

export async function collectText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  return (await collect(stream)).toString();
}
