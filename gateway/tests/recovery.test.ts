import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { call, useGateway } from './fleet-fixture.ts';

const TICKS = '/api/v1/ticks/600519.SH';
const FAILURES = 3;
const LONG_MS = 600_000;

describe('an upstream that was gone', () => {
  const fixture = useGateway(() => ({ breaker: { failures: FAILURES, successes: 2, openMs: LONG_MS } }));
  const ticks = () => call(fixture, TICKS, { key: 'admin-key' });

  it('is asked again as soon as it is ready, however long its breaker rests', async () => {
    const { cache } = fixture.fleet;
    await cache.stop();
    await waitUntil(async () => Number((await ticks()).headers.get('retry-after')) > 1, {
      message: 'the breaker to open',
    });
    await cache.start();
    await waitUntil(async () => (await ticks()).status === 200);
    expect((await ticks()).status).toBe(200);
  }, 40_000);
});
