import { describe, expect, it } from '@jest/globals';
import { Generations } from './generations.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
const JANUARY = { symbol: '600519.SH', closesAt: at('2024-02-01T00:00:00') };
const OPEN = { symbol: '600519.SH', closesAt: Number.POSITIVE_INFINITY };
const INFO = { symbol: '600519.SH', closesAt: Number.NEGATIVE_INFINITY };
const LIST = { symbol: undefined, closesAt: Number.NEGATIVE_INFINITY };

describe('Generations', () => {
  it('changes everything about a symbol, and every list, with an import', () => {
    const generations = new Generations();
    const before = [JANUARY, OPEN, INFO, LIST].map((subject) => generations.stamp(subject));
    const other = generations.stamp({ ...JANUARY, symbol: '000001.SZ' });
    generations.storedChanged('600519.SH');
    for (const [index, subject] of [JANUARY, OPEN, INFO, LIST].entries()) {
      expect(generations.stamp(subject)).not.toEqual(before[index]);
    }
    expect(generations.stamp({ ...JANUARY, symbol: '000001.SZ' })).toEqual(other);
  });

  it('changes with a running bar only what the market can still change', () => {
    const generations = new Generations();
    const [closed, open, info] = [JANUARY, OPEN, INFO].map((subject) => generations.stamp(subject));
    generations.barChanged('600519.SH', Date.now());
    expect(generations.stamp(JANUARY)).toEqual(closed);
    expect(generations.stamp(INFO)).toEqual(info);
    expect(generations.stamp(OPEN)).not.toEqual(open);
  });

  it('takes a range for open while the market itself is at an earlier day', () => {
    const generations = new Generations();
    expect(generations.isClosed(JANUARY)).toBe(true);
    generations.barChanged('600519.SH', at('2024-01-15T09:31:00'));
    expect(generations.isClosed(JANUARY)).toBe(false);
    generations.barChanged('600519.SH', at('2024-02-01T09:31:00'));
    expect(generations.isClosed(JANUARY)).toBe(true);
  });

  it('changes what was taken for closed when a bar inside it comes after all', () => {
    const generations = new Generations();
    const before = generations.stamp(JANUARY);
    generations.barChanged('600519.SH', at('2024-01-31T14:59:00'));
    expect(generations.stamp(JANUARY).stored).not.toBe(before.stored);
  });

  it('changes a closed range of many symbols when a bar of any of them comes inside it', () => {
    const generations = new Generations();
    const many = { ...JANUARY, symbol: undefined };
    const before = generations.stamp(many);
    generations.barChanged('600519.SH', at('2024-02-01T09:31:00'));
    expect(generations.stamp(many)).toEqual(before);
    generations.barChanged('600519.SH', at('2024-01-31T14:59:00'));
    expect(generations.stamp(many).stored).not.toBe(before.stored);
  });

  it('knows since when an answer of another node counts', () => {
    const startedAt = Date.now();
    const generations = new Generations();
    expect(generations.changedAt(JANUARY)).toBeGreaterThanOrEqual(startedAt);
  });
});
