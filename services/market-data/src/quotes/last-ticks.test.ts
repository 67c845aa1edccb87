import { describe, expect, it, jest } from '@jest/globals';
import type { TickPayload } from '@quotefleet/contracts';
import type { SeriesRow } from '@quotefleet/timeseries';
import { tickToRow } from '../series/rows.ts';
import { LastTicks } from './last-ticks.ts';

const [A, B] = ['600000.SH', '600519.SH'];

function tick(symbol: string, ts: number, seq: number, epoch = 'e1'): TickPayload {
  const book = { receivedTs: ts, source: 'sim', bidPrices: [], bidVolumes: [], askPrices: [], askVolumes: [] };
  return { symbol, ts, seq, epoch, last: 1, open: 1, high: 1, low: 1, preClose: 1, volume: 0, amount: 0, ...book };
}

function withStored(...stored: TickPayload[]) {
  const asked: string[][] = [];
  const latest = async (_series: string, symbols: readonly string[]): Promise<SeriesRow[]> => {
    asked.push([...symbols]);
    return stored.filter(({ symbol }) => symbols.includes(symbol)).map(tickToRow);
  };
  return { lastTicks: new LastTicks({ latest }), asked };
}

describe('LastTicks', () => {
  it('asks storage only for what the bus did not bring, and answers in the order asked for', async () => {
    const { lastTicks, asked } = withStored(tick(A, 1000, 1));
    lastTicks.saw(tick(B, 5000, 7));
    expect((await lastTicks.of([B, A, '000001.SZ'])).map(({ symbol, seq }) => [symbol, seq])).toEqual([
      [B, 7],
      [A, 1],
    ]);
    expect(await lastTicks.of([B])).toHaveLength(1);
    expect(asked).toEqual([[A, '000001.SZ']]);
  });

  it('keeps the newest, whatever comes late or twice', async () => {
    const { lastTicks } = withStored();
    for (const each of [tick(A, 5000, 7), tick(A, 4000, 9), tick(A, 5000, 6), tick(A, 5000, 7)]) lastTicks.saw(each);
    expect((await lastTicks.of([A]))[0]?.seq).toBe(7);
    lastTicks.saw(tick(A, 5000, 1, 'e2'));
    expect((await lastTicks.of([A]))[0]?.epoch).toBe('e2');
  });

  it('looks into storage again after a change past the bus, or when the bus has been silent', async () => {
    const { lastTicks, asked } = withStored(tick(A, 9000, 9));
    lastTicks.saw(tick(A, 5000, 7));
    lastTicks.forget(A);
    expect((await lastTicks.of([A]))[0]?.seq).toBe(9);
    lastTicks.saw(tick(A, 5000, 7));
    lastTicks.forget(undefined);
    expect((await lastTicks.of([A]))[0]?.seq).toBe(9);
    lastTicks.saw(tick(A, 5000, 7));
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(now + 6000);
    expect((await lastTicks.of([A]))[0]?.seq).toBe(9);
    clock.mockRestore();
    expect(asked).toHaveLength(3);
  });
});
