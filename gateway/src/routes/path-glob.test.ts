import { expect, it } from '@jest/globals';
import { matchesGlob } from './path-glob.ts';

it.each([
  ['/api/v1/stocks/list', '/api/v1/stocks/list', true],
  ['/api/*/stocks/list', '/api/v2/stocks/list', true],
  ['/api/*', '/api/v1/stocks', false],
  ['/api/**', '/api/v1/stocks/{symbol}', true],
  ['/api/v1/ticks/{symbol}', '/api/v1/ticks/{symbol}', true],
  ['/api/v./stocks', '/api/v1/stocks', false],
  ['/api/v1/stock', '/api/v1/stocks', false],
  ['**', '/api/v1/stocks', false],
])('the glob %s and the path %s: %s', (glob, path, fits) => {
  expect(matchesGlob(glob, path)).toBe(fits);
});
