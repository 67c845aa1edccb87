import { describe, expect, it } from '@jest/globals';
import { authApi, GATEWAY_ENDPOINTS, V1_ENDPOINTS, V2_ENDPOINTS, versionsOf } from '@quotefleet/contracts';
import { ROUTES } from './index.ts';

describe('the table of routes', () => {
  it('serves every public endpoint of every version once, but what the gateway answers itself', () => {
    const own = GATEWAY_ENDPOINTS.flatMap(versionsOf).map(({ id }) => id);
    const served = [...ROUTES.map(({ id }) => id), ...own].sort();
    expect(served).toEqual([...V1_ENDPOINTS, ...V2_ENDPOINTS].map(({ id }) => id).sort());
  });

  it('has no route that takes the calls of a later one', () => {
    for (const [index, route] of ROUTES.entries()) {
      const path = route.path.replaceAll(/\{\w+\}/g, 'x');
      const taking = ROUTES.slice(0, index).filter(({ method, path: pattern }) => {
        const expression = new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
        return method === route.method && expression.test(path);
      });
      expect(taking).toEqual([]);
    }
  });

  it('streams what takes a body of any size', () => {
    for (const { endpoint, via } of ROUTES) {
      const ofAnySize = endpoint?.bodyTypes?.some((type) => type !== authApi.FORM_TYPE);
      if (ofAnySize) expect(via).toBe('stream');
    }
  });
});
