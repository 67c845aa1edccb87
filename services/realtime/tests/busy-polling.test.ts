import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { type Fixture, publishTicks, startFixture } from './fixture.ts';
import { tickOf } from './payloads.ts';

describe('a client that polls', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({ env: { QF_REALTIME_FLUSH_MS: '5' } });
  });
  afterAll(() => fixture.stop());

  it('is answered while every poll brings messages, and hears nothing of a room that it left', async () => {
    let seq = 0;
    const load = setInterval(() => publishTicks(fixture.bus, tickOf('600519.SH', ++seq)), 1);
    const client = await fixture.connect({ transports: ['polling'] });
    await client.subscribe('tick:600519.SH');
    await waitUntil(() => client.messages.length > 50);
    for (let round = 0; round < 10; round++) await client.subscribe('depth:600519.SH');
    expect((await client.unsubscribe('tick:600519.SH', 'depth:600519.SH')).results).toMatchObject([
      { accepted: true },
      { accepted: true },
    ]);
    const heard = client.messages.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(client.messages).toHaveLength(heard);
    clearInterval(load);
  }, 30_000);
});
