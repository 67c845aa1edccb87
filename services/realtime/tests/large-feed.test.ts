import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { FEED_KEY, type Fixture, publishTicks, startFixture } from './fixture.ts';
import { tickOf } from './payloads.ts';

const SYMBOLS = Array.from({ length: 3000 }, (_, index) => `${600_000 + index}.SH`);

describe('the beginning of a large feed', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({ env: { QF_REALTIME_FLUSH_MS: '5' } });
    const watching = await fixture.connect({ auth: { apiKey: FEED_KEY } });
    await watching.subscribe('tick:*');
    await publishTicks(fixture.bus, ...SYMBOLS.map((symbol) => tickOf(symbol, 1)));
    await waitUntil(() => watching.messages.length === SYMBOLS.length);
    watching.socket.close();
  });
  afterAll(() => fixture.stop());

  it.each(['polling', 'websocket'])(
    'is not held against who asked for it over %s',
    async (transport) => {
      const client = await fixture.connect({ auth: { apiKey: FEED_KEY }, transports: [transport] });
      for (let round = 1; round <= 5; round++) {
        await client.subscribe('tick:*');
        await waitUntil(() => client.messages.length === round * SYMBOLS.length);
      }
      expect(client.socket.connected).toBe(true);
    },
    30_000,
  );
});
