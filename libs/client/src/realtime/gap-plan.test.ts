import { describe, expect, it } from '@jest/globals';
import type { BarView, TradePayload } from '@quotefleet/contracts';
import { tickOf } from '../../tests/messages.ts';
import { fillWithBars, fillWithTicks, fillWithTrades, type Hole, isFilled } from './gap-plan.ts';

const hole: Hole = { epoch: 'e1', from: 3, to: 6, isToKnown: true, afterTs: 2, beforeTs: 7, reason: 'overflow' };
const seqs = (pieces: ReturnType<typeof fillWithTicks>) =>
  pieces.map((piece) => ('value' in piece ? `${piece.value.epoch}/${piece.value.seq}` : piece.gap));

describe('fillWithTicks', () => {
  it('puts stored ticks in place of the missing ones, in order and once', () => {
    const rows = [6, 3, 2, 5, 4, 7, 4].map((seq) => tickOf(seq));
    const pieces = fillWithTicks(hole, rows);
    expect(seqs(pieces)).toEqual(['e1/3', 'e1/4', 'e1/5', 'e1/6']);
    expect(isFilled(pieces)).toBe(true);
  });

  it('says what is not stored, where it is missing', () => {
    const pieces = fillWithTicks(hole, [tickOf(4)]);
    expect(seqs(pieces)).toEqual([
      { from: 3, to: 3, reason: 'overflow' },
      'e1/4',
      { from: 5, to: 6, reason: 'overflow' },
    ]);
    expect(isFilled(pieces)).toBe(false);
    expect(seqs(fillWithTicks(hole, []))).toEqual([{ from: 3, to: 6, reason: 'overflow' }]);
  });

  it('does not take ticks of another epoch for missing ones', () => {
    const rows = [3, 4, 5, 6].map((seq) => tickOf(seq, { epoch: 'e0' }));
    expect(seqs(fillWithTicks(hole, rows))).toEqual([{ from: 3, to: 6, reason: 'overflow' }]);
  });

  it('gives the end of an epoch and the beginning of the next, with a gap between, which nobody knows the size of', () => {
    const rows = [tickOf(3), tickOf(4), tickOf(1, { epoch: 'e2' }), tickOf(2, { epoch: 'e2' })];
    const pieces = fillWithTicks({ ...hole, to: undefined, next: { epoch: 'e2', seq: 4 } }, rows);
    expect(seqs(pieces)).toEqual([
      ...['e1/3', 'e1/4', { reason: 'epoch' }, 'e2/1', 'e2/2'],
      { from: 3, to: 3, reason: 'not-received' },
    ]);
  });
});

describe('fillWithTrades', () => {
  const trade = (seq: number, epoch = 'e1'): TradePayload => ({
    ...{ symbol: '600519.SH', ts: epoch === 'e1' ? seq : 100 + seq, seq, epoch },
    ...{ price: 10, volume: 100, amount: 1000, source: 'storage' },
  });
  const found = (pieces: ReturnType<typeof fillWithTrades>) =>
    pieces.map((piece) => ('value' in piece ? `${piece.value.epoch}/${piece.value.seq}` : piece.gap));

  it('gives the trades between, whose numbers rise by any steps', () => {
    expect(
      found(
        fillWithTrades(
          hole,
          [2, 4, 6, 9].map((seq) => trade(seq)),
        ),
      ),
    ).toEqual(['e1/4', 'e1/6']);
  });

  it('says that the last ones are missing, where there was a last one', () => {
    expect(found(fillWithTrades(hole, [trade(4)]))).toEqual(['e1/4', { from: 5, to: 6, reason: 'overflow' }]);
    expect(found(fillWithTrades({ ...hole, isToKnown: false }, [trade(4)]))).toEqual(['e1/4']);
  });

  it('goes on over the end of a day', () => {
    const over = { ...hole, to: undefined, isToKnown: false, next: { epoch: 'e2', seq: 4 } };
    const rows = [trade(1, 'e2'), trade(3, 'e2'), trade(4, 'e2'), trade(5), trade(2)];
    expect(found(fillWithTrades(over, rows))).toEqual(['e1/5', 'e2/1', 'e2/3']);
  });
});

describe('fillWithBars', () => {
  const bar = (minute: number, final = true): BarView => ({
    ...{ time: `2026-11-20T10:0${minute}:00+08:00`, tradeDate: '2026-11-20' },
    ...{ open: 1, high: 1, low: 1, close: minute, volume: 100, amount: 100, final },
  });
  const at = (minute: number) => Date.parse(bar(minute).time);
  const missed: Hole = { ...hole, afterTs: at(1), beforeTs: at(4) };
  const minutes = (pieces: ReturnType<typeof fillWithBars>) =>
    pieces.map((piece) => ('value' in piece ? piece.value.close : piece.gap));

  it('gives the bars that became final, from the last one that was not to the one before the next', () => {
    const rows = [bar(0), bar(1), bar(2), bar(3), bar(4), bar(5, false)];
    const last = { symbol: '600519.SH', period: '1m', ts: at(1), final: false } as const;
    expect(minutes(fillWithBars(missed, last, rows))).toEqual([1, 2, 3]);
    expect(minutes(fillWithBars(missed, { ...last, final: true }, rows))).toEqual([2, 3]);
    expect(minutes(fillWithBars({ ...missed, beforeTs: undefined }, last, rows))).toEqual([1, 2, 3, 4]);
  });

  it('gives them as they are pushed, with the last sequence that was missing', () => {
    const last = { symbol: '600519.SH', period: '1m', ts: at(1), final: true } as const;
    expect(fillWithBars(missed, last, [bar(2)])).toEqual([
      {
        value: {
          ...{ symbol: '600519.SH', period: '1m', ts: at(2), seq: 6, epoch: 'e1', final: true },
          ...{ open: 1, high: 1, low: 1, close: 2, volume: 100, amount: 100 },
        },
      },
    ]);
  });
});
