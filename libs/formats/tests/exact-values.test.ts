import { describe, expect, it } from '@jest/globals';
import { encode } from '../src/index.ts';
import { readArrow, readParquet } from './readers.ts';
import { collect, OPEN_MS, SAMPLE_FIELDS, SAMPLE_ROWS, tableOf } from './sample.ts';

const DAY_MS = 86_400_000;

describe('an Arrow stream', () => {
  it('gives every value back to apache-arrow', async () => {
    const { rows } = readArrow(await collect(encode(tableOf(SAMPLE_FIELDS, SAMPLE_ROWS), 'arrow')));
    expect(rows).toEqual([
      [
        ...['600519.SH', Date.parse('2024-01-02'), OPEN_MS, 1685.01, 9007199254740991n, true],
        ...[[1685, 1684.99], [100n, 200n], '{"a":["x\\"y"]}', Date.parse('2024-02-29'), 3n, false, OPEN_MS + 1],
        '贵州,"茅台"\n',
      ],
      ['000001.SZ', -DAY_MS, -1, undefined, -5n, false, undefined, [], ...new Array(6).fill(undefined)],
    ]);
  });

  it('types every field, says which may be absent and keeps descriptions', async () => {
    const { schema } = readArrow(await collect(encode(tableOf(SAMPLE_FIELDS, SAMPLE_ROWS), 'arrow')));
    expect(schema.fields.map(({ name, type, nullable }) => `${name} ${type}${nullable ? '?' : ''}`)).toEqual([
      ...['symbol Utf8', 'day Date32<DAY>', 'time Timestamp<MILLISECOND, Asia/Shanghai>', 'close Float64?'],
      ...[
        'volume Int64',
        'final Bool',
        'bids List<Float64>?',
        'sizes List<Int64>',
        'extra Utf8?',
        'expiry Date32<DAY>?',
      ],
      ...['trades Int64?', 'halted Bool?', 'seen Timestamp<MILLISECOND, Asia/Shanghai>?', 'name Utf8?'],
    ]);
    expect(schema.fields[2]?.metadata.get('description')).toBe('end of the bar');
  });

  it('has a record batch per batch of rows, none for an empty one', async () => {
    const row = SAMPLE_ROWS.slice(0, 1);
    const bytes = await collect(encode(tableOf(SAMPLE_FIELDS, SAMPLE_ROWS, [], row), 'arrow'));
    expect(readArrow(bytes).batchSizes).toEqual([2, 1]);
  });

  it('is whole without a row', async () => {
    const { schema, rows } = readArrow(await collect(encode(tableOf(SAMPLE_FIELDS), 'arrow')));
    expect(schema.fields).toHaveLength(SAMPLE_FIELDS.length);
    expect(rows).toEqual([]);
  });
});

describe('a Parquet file', () => {
  it('gives every value back to hyparquet', async () => {
    const { rows } = await readParquet(await collect(encode(tableOf(SAMPLE_FIELDS, SAMPLE_ROWS), 'parquet')));
    expect(rows).toEqual([
      [
        ...['600519.SH', new Date('2024-01-02'), new Date(OPEN_MS), 1685.01, 9007199254740991n, true],
        ...[[1685, 1684.99], [100n, 200n], '{"a":["x\\"y"]}', new Date('2024-02-29'), 3n, false, new Date(OPEN_MS + 1)],
        '贵州,"茅台"\n',
      ],
      [
        '000001.SZ',
        new Date(-DAY_MS),
        new Date(-1),
        undefined,
        -5n,
        false,
        undefined,
        [],
        ...new Array(6).fill(undefined),
      ],
    ]);
  });

  it('has logical types', async () => {
    const { metadata } = await readParquet(await collect(encode(tableOf(SAMPLE_FIELDS, SAMPLE_ROWS), 'parquet')));
    const elements = new Map(metadata.schema.map((element) => [element.name, element]));
    expect(elements.get('symbol')).toMatchObject({ repetition_type: 'REQUIRED', logical_type: { type: 'STRING' } });
    expect(elements.get('extra')).toMatchObject({ repetition_type: 'OPTIONAL', logical_type: { type: 'STRING' } });
    expect(elements.get('day')).toMatchObject({ type: 'INT32', logical_type: { type: 'DATE' } });
    expect(elements.get('time')).toMatchObject({
      type: 'INT64',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    });
    expect(elements.get('volume')).toMatchObject({ type: 'INT64' });
    expect(elements.get('final')).toMatchObject({ type: 'BOOLEAN' });
    expect(elements.get('bids')).toMatchObject({ repetition_type: 'OPTIONAL', logical_type: { type: 'LIST' } });
  });

  it('tells readers that know Arrow the time zone', async () => {
    const { metadata } = await readParquet(await collect(encode(tableOf(SAMPLE_FIELDS, SAMPLE_ROWS), 'parquet')));
    const text = metadata.key_value_metadata?.find(({ key }) => key === 'ARROW:schema')?.value ?? '';
    const { schema } = readArrow(Buffer.from(text, 'base64'));
    expect(String(schema.fields[2]?.type)).toBe('Timestamp<MILLISECOND, Asia/Shanghai>');
  });

  it('is whole without a row', async () => {
    const { metadata, rows } = await readParquet(await collect(encode(tableOf(SAMPLE_FIELDS), 'parquet')));
    expect(metadata.num_rows).toBe(0n);
    expect(rows).toEqual([]);
  });
});
