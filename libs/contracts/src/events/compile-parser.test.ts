import { describe, expect, it } from '@jest/globals';
import { compileParser } from './compile-parser.ts';
import { createEvent } from './envelope.ts';
import { tickEvent } from './market.ts';

const parse = compileParser(tickEvent);
const book = { bidPrices: [9.99], bidVolumes: [100], askPrices: [10.01], askVolumes: [200] };
const prices = { last: 10, open: 10, high: 10, low: 10, preClose: 10 };
const tick = {
  symbol: '600519.SH',
  ts: 1,
  seq: 1,
  epoch: 'e',
  ...prices,
  volume: 1,
  amount: 10,
  ...book,
  source: 'test',
  receivedTs: 1,
};

describe('compileParser', () => {
  it('takes what the schema takes, as it is', () => {
    const event = createEvent('md.tick', tick);
    expect(parse(event)).toBe(event);
    expect(parse(event)).toEqual(tickEvent.parse(event));
  });

  it('leaves out what the schema does not name, as the schema does', () => {
    const event = createEvent('md.tick', { ...tick, extra: 1 });
    expect(parse(event)).toEqual(createEvent('md.tick', tick) && { ...event, payload: tick });
  });

  it.each([
    ['a symbol in another form', { symbol: 'sh600519' }],
    ['a negative volume', { volume: -1 }],
    ['a fraction of a share', { volume: 1.5 }],
    ['a price that is no number', { last: '10' }],
    ['a missing book', { bidPrices: undefined }],
    ['a book of eleven levels', { bidPrices: Array(11).fill(1) }],
    ['a bad level', { askVolumes: [Number.NaN] }],
  ])('refuses %s, as the schema does', (_what, part) => {
    const event = createEvent('md.tick', { ...tick, ...part });
    expect(() => tickEvent.parse(event)).toThrow();
    expect(() => parse(event)).toThrow();
  });

  it.each([[null], [7], ['text'], [{}], [{ type: 'md.bar' }]])('refuses %j', (value) => {
    expect(() => parse(value)).toThrow();
  });
});
