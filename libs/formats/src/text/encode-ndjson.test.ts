import { describe, expect, it } from '@jest/globals';
import { collectText, SAMPLE_FIELDS, SAMPLE_ROWS, tableOf } from '../../tests/sample.ts';
import { encodeNdjson } from './encode-ndjson.ts';

describe('NDJSON', () => {
  it('has one object per line, with times in Shanghai and what is absent left out', async () => {
    const lines = (await collectText(encodeNdjson(tableOf(SAMPLE_FIELDS, SAMPLE_ROWS)))).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        ...{ symbol: '600519.SH', day: '2024-01-02', time: '2024-01-02T09:30:00.000+08:00', close: 1685.01 },
        ...{ volume: 9007199254740991, final: true, bids: [1685, 1684.99], sizes: [100, 200], extra: { a: ['x"y'] } },
        ...{ expiry: '2024-02-29', trades: 3, halted: false, seen: '2024-01-02T09:30:00.001+08:00' },
        name: '贵州,"茅台"\n',
      },
      {
        ...{ symbol: '000001.SZ', day: '1969-12-31', time: '1970-01-01T07:59:59.999+08:00' },
        ...{ volume: -5, final: false, sizes: [] },
      },
    ]);
  });

  it('writes a row of nothing as an empty object, and no row as nothing', async () => {
    const fields = [{ name: 'a', type: 'double' as const, nullable: true }];
    expect(await collectText(encodeNdjson(tableOf(fields, [[undefined], [1]])))).toBe('{}\n{"a":1}\n');
    expect(await collectText(encodeNdjson(tableOf(fields)))).toBe('');
  });
});
