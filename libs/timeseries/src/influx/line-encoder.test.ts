import { describe, expect, it } from '@jest/globals';
import { newRow, newSeries } from '../contract/contract-series.ts';
import type { SeriesRow } from '../time-series-store.ts';
import { influxSeries } from './influx-series.ts';
import { LineEncoder } from './line-encoder.ts';

const definition = newSeries({ name: 'ticks', tags: ['board', 'kind'] });
const bits = new Map(['lastPrice', 'volume', 'isFinal', 'note'].map((name, bit) => [name, bit]));

function encode(values: Partial<SeriesRow> = {}, tags: Record<string, string> = {}): string {
  return new LineEncoder(influxSeries(definition, bits), () => tags).encode(newRow(values));
}

describe('a row as line protocol', () => {
  it('has every value, the lengths of the lists and a mask', () => {
    const values = { seq: 7, volume: 5, bidPrices: [1.5, -0], bidVolumes: [], isFinal: false, note: 'say "\\"' };
    expect(encode(values)).toBe(
      'ticks,_k=0,symbol=600519.SH _set=15i,seq=7i,lastPrice=1700.01,volume=5i,bidPrices_n=2i,bidPrices_0=1.5,' +
        'bidPrices_1=-0,bidVolumes_n=0i,isFinal=f,note="say \\"\\\\\\"" 1795190399000000007',
    );
  });

  it('tells what is absent, which a point of earlier may have', () => {
    expect(encode()).toBe(
      'ticks,_k=0,symbol=600519.SH _set=1i,seq=0i,lastPrice=1700.01,bidPrices_n=-1i,bidVolumes_n=-1i 1795190399000000000',
    );
  });

  it.each([
    [5e-324, '5e-324'],
    [1e21, '1e+21'],
    [0.1 + 0.2, '0.30000000000000004'],
    [-1.7976931348623157e308, '-1.7976931348623157e+308'],
  ])('writes %p in full', (lastPrice, text) => {
    expect(encode({ lastPrice })).toContain(`,lastPrice=${text},`);
  });

  it('keeps what is above a million of the sequence in a tag', () => {
    expect(encode({ seq: 3_000_042 })).toMatch(/^ticks,_k=3,.* 1795190399000000042$/);
    expect(encode({ seq: -1 })).toMatch(/^ticks,_k=-1,.* 1795190399000999999$/);
  });

  it('sorts and escapes tags', () => {
    const line = encode({ symbol: 'a b,c=d\\' }, { kind: 'stock', board: 'main board' });
    expect(line).toMatch(/^ticks,_k=0,board=main\\ board,kind=stock,symbol=a\\ b\\,c\\=d%5C _set/);
  });
});
