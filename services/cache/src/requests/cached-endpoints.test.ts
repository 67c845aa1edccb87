import { expect, it } from '@jest/globals';
import { marketApi, versionsOf } from '@quotefleet/contracts';
import { CACHED_ENDPOINTS } from './cached-endpoints.ts';

it('has a rule for every endpoint that market-data reads for, in every version', () => {
  const cached = CACHED_ENDPOINTS.map(({ endpoint }) => endpoint.id).sort();
  const reads = marketApi.MARKET_READS.flatMap(versionsOf).map(({ id }) => id);
  expect(cached).toEqual(reads.sort());
});
