import { describe, expect, it } from '@jest/globals';
import { V1_ENDPOINTS } from '@quotefleet/contracts';
import { ROUTES } from './index.ts';

describe('the table of routes', () => {
  it('serves every public endpoint of v1 once', () => {
    const served = ROUTES.map(({ endpoint }) => endpoint.id).sort();
    expect(served).toEqual(V1_ENDPOINTS.map(({ id }) => id).sort());
  });

  it('streams what takes a body of any size', () => {
    for (const { endpoint, via } of ROUTES) if ('bodyTypes' in endpoint) expect(via).toBe('stream');
  });
});
