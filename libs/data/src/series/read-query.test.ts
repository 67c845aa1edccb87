import { describe, expect, it } from '@jest/globals';
import type { DataQuery } from '../data-query.ts';
import { readQuery } from './read-query.ts';

const SYMBOL = '600519.SH';

describe('readQuery', () => {
  it.each<[string, Partial<DataQuery>, object]>([
    ['a symbol alone', {}, {}],
    ['a first time', { where: { symbol: SYMBOL, ts: { from: 5 } } }, { from: 5 }],
    ['an end', { where: { symbol: SYMBOL, ts: { before: 9 } } }, { to: 9 }],
    ['a last time', { where: { symbol: SYMBOL, ts: { through: 9 } } }, { to: 10 }],
    ['the earlier of two ends', { where: { symbol: SYMBOL, ts: { through: 9, before: 8 } } }, { to: 8 }],
    ['one time', { where: { symbol: SYMBOL, ts: 5 } }, { from: 5, to: 6 }],
    ['bounds that are absent', { where: { symbol: SYMBOL, ts: { from: undefined }, volume: undefined } }, {}],
    ['a place', { after: [5, 7] }, { after: [5, 7] }],
    ['the newest first', { descending: true }, { order: 'desc' }],
  ])('asks for %s', (_, query, expected) => {
    const whole = { where: { symbol: SYMBOL }, limit: 3, ...query };
    expect(readQuery('ticks', whole)).toEqual({ symbol: SYMBOL, order: 'asc', limit: 3, ...expected });
  });

  it.each<[string, Partial<DataQuery>, string]>([
    ['no symbol', { where: {} }, 'ticks: expected a query of one symbol and bounds of ts, was one without a symbol'],
    ['several symbols', { where: { symbol: { in: [SYMBOL] } } }, 'was one without a symbol'],
    ['another column', { where: { symbol: SYMBOL, volume: 5 } }, 'was one of volume'],
    ['an order of its own', { orderBy: ['volume'] }, 'was one of volume'],
    ['several times', { where: { symbol: SYMBOL, ts: { in: [1, 2] } } }, 'was {"in":[1,2]} of ts'],
    ['no time', { where: { symbol: SYMBOL, ts: null } }, 'was null of ts'],
    [
      'a time that is text',
      { where: { symbol: SYMBOL, ts: { from: '2026-07-06' } } },
      'expected ts in ms since epoch, was "2026-07-06"',
    ],
    [
      'half a millisecond',
      { where: { symbol: SYMBOL, ts: { before: 1.5 } } },
      'expected ts in ms since epoch, was 1.5',
    ],
    ['a place of a boolean', { after: [true] }, 'expected after to have texts and numbers'],
    ['no row', { limit: 0 }, 'ticks: expected a limit from 1 on, was 0'],
  ])('refuses to ask for %s', (_, query, message) => {
    const whole = { where: { symbol: SYMBOL }, limit: 3, ...query };
    expect(() => readQuery('ticks', whole)).toThrow(TypeError);
    expect(() => readQuery('ticks', whole)).toThrow(message);
  });
});
