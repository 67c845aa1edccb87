import { describe, expect, it } from '@jest/globals';
import { createFindDirect } from './direct-routes.ts';
import { ROUTES } from './index.ts';
import { buildRoutes } from './route-table.ts';

const servedBy = (id: string) => async () => void id;
const ids = new Map<unknown, string>();
const find = createFindDirect(
  buildRoutes({
    ownRoutes: [
      { id: 'archive', path: '/archive/all/years/**', methods: ['get'], upstream: 'cache', via: 'pool' },
      { id: 'year', path: '/archive/all/years/{year}', methods: ['get'], upstream: 'cache', via: 'pool' },
      { id: 'beside', path: '/archive/all/months/{month}', methods: ['get'], upstream: 'cache', via: 'pool' },
      { id: 'anyUnder', path: '/{name}', methods: ['get'], upstream: 'cache', via: 'pool' },
    ],
  }),
  (route) => {
    const serve = servedBy(route.id);
    ids.set(serve, route.id);
    return serve;
  },
);
const hit = (target: string) => {
  const found = find(target);
  return found && { id: ids.get(found.serve), params: { ...found.params } };
};

describe('the way past express', () => {
  it('finds every read of the contracts, with its parameters', () => {
    for (const { path, method, id } of ROUTES) {
      if (method !== 'get') continue;
      const target = path.replaceAll(/\{(\w+)\}/g, 'of-$1');
      const params = Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, `of-${name}`]));
      expect([target, hit(`${target}?a=b/c%20`)]).toEqual([target, { id, params }]);
    }
  });

  it('takes the first of two that fit', () => {
    expect(hit('/api/v1/stocks/list')).toMatchObject({ id: 'listStocks' });
    expect(hit('/archive/all/months/05')).toEqual({ id: 'beside', params: { month: '05' } });
  });

  it.each([
    ['an encoded path', '/api/v1/stocks/600519%2ESH/info'],
    ['a fragment', '/api/v1/stocks/600519.SH/info#x'],
    ['a slash at the end', '/api/v1/stocks/600519.SH/info/'],
    ['an empty parameter', '/api/v1/stocks//info'],
    ['other letters', '/api/v1/Stocks/600519.SH/info'],
    ['what a wildcard before it may take', '/archive/all/years/2026'],
    ['what begins with a parameter', '/anything'],
    ['what is not there', '/api/v1/stocks/600519.SH/info/more'],
    ['the root', '/'],
    ['nothing', ''],
  ])('leaves %s to express', (_what, target) => {
    expect(hit(target)).toBeUndefined();
  });
});
