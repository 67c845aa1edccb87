import { describe, expect, it } from '@jest/globals';
import { authApi, type Endpoint, marketApi } from '@quotefleet/contracts';
import { routes } from './routes.ts';

const declared: Record<string, unknown> = { ...marketApi, ...authApi };

describe('routes', () => {
  it.each(Object.entries(routes))('has %s as it is declared', (name, { method, path }) => {
    const endpoint = declared[name] as Endpoint;
    expect({ method, path }).toEqual({ method: endpoint.method, path: endpoint.path });
  });

  it('has every question to the market, but those of the economy and of quality', () => {
    const others = new Set(['listQuality', ...marketApi.macroEndpoints.map(({ endpoint }) => endpoint.id)]);
    const asked = marketApi.MARKET_READS.map(({ id }) => id).filter((id) => !others.has(id));
    expect(asked.filter((id) => !(id in routes))).toEqual([]);
  });
});
