import { describe, expect, it } from '@jest/globals';
import { collectPieces, collectText, OPEN_MS, SAMPLE_FIELDS, SAMPLE_ROWS, tableOf } from '../../tests/sample.ts';
import { encodeCsv } from './encode-csv.ts';

describe('CSV', () => {
  it('has a header, lines that end in CRLF, and quotes where they are needed', async () => {
    const text = await collectText(encodeCsv(tableOf(SAMPLE_FIELDS, SAMPLE_ROWS)));
    expect(text).toBe(
      [
        'symbol,day,time,close,volume,final,bids,sizes,extra,expiry,trades,halted,seen,name',
        '600519.SH,2024-01-02,2024-01-02T09:30:00.000+08:00,1685.01,9007199254740991,true,"[1685,1684.99]","[100,200]",' +
          '"{""a"":[""x\\""y""]}",2024-02-29,3,false,2024-01-02T09:30:00.001+08:00,"贵州,""茅台""\n"',
        '000001.SZ,1969-12-31,1970-01-01T07:59:59.999+08:00,,-5,false,,[],,,,,,',
        '',
      ].join('\r\n'),
    );
  });

  it('writes the header once, before the first rows or alone', async () => {
    const fields = [{ name: 'time', type: 'timestamp' as const }];
    const pieces = await collectPieces(encodeCsv(tableOf(fields, [], [[OPEN_MS]], [[OPEN_MS]])));
    expect(pieces.map(String)).toEqual([
      'time\r\n2024-01-02T09:30:00.000+08:00\r\n',
      '2024-01-02T09:30:00.000+08:00\r\n',
    ]);
    expect(await collectText(encodeCsv(tableOf(fields)))).toBe('time\r\n');
  });

  it('writes numbers as short as reads back the same', async () => {
    const fields = [{ name: 'x', type: 'double' as const }];
    const rows = [0.1 + 0.2, 1e21, 5e-324, -0, 100].map((x) => [x]);
    expect(await collectText(encodeCsv(tableOf(fields, rows)))).toBe(
      'x\r\n0.30000000000000004\r\n1e+21\r\n5e-324\r\n0\r\n100\r\n',
    );
  });

  it('tells an empty text from an absent one, and never leaves a line empty', async () => {
    const pair = ['a', 'b'].map((name) => ({ name, type: 'text' as const, nullable: true }));
    expect(await collectText(encodeCsv(tableOf(pair, [['', undefined]])))).toBe('a,b\r\n"",\r\n');
    expect(await collectText(encodeCsv(tableOf(pair.slice(0, 1), [[undefined]])))).toBe('a\r\n""\r\n');
  });

  it('leaves text that looks like a formula alone', async () => {
    expect(await collectText(encodeCsv(tableOf([{ name: 'a', type: 'text' }], [['=1+1'], ['-x']])))).toBe(
      'a\r\n=1+1\r\n-x\r\n',
    );
  });
});
