import { describe, expect, it } from '@jest/globals';
import { API_MIX, apiMixSchema, mixedCalls } from './api-mix.ts';

describe('mixedCalls', () => {
  it('asks each kind as often as its weight says, and goes through every symbol', () => {
    const symbols = Array.from({ length: 61 }, (_, index) => `${600_000 + index}.SH`);
    const call = mixedCalls({ url: 'http://x', symbols, mix: API_MIX });
    const calls = Array.from({ length: 6100 }, (_, index) => call(index));
    const quotes = calls.filter(({ kind }) => kind === 'quote');
    expect(quotes).toHaveLength(0.3 * calls.length);
    expect(new Set(quotes.map(({ url }) => url)).size).toBe(61);
    expect(calls.every(({ url }) => !url.includes('{'))).toBe(true);
  });

  it('fills in what a path leaves open', () => {
    const mix = apiMixSchema.parse([{ kind: 'k', weight: 1, path: '/a/{symbol}?q={code}&n={n}' }]);
    expect(mixedCalls({ url: 'http://x', symbols: ['600519.SH'], mix })(3)).toEqual({
      kind: 'k',
      url: 'http://x/a/600519.SH?q=6005&n=3',
    });
  });
});
