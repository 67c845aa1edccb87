import { expect, it } from '@jest/globals';
import { createKafkaBus } from '@quotefleet/messaging';
import { describeWith, uniqueName } from '@quotefleet/testing';
import { startFixture } from './fixture.ts';

const CLOSED = '/api/v1/historical/stock/600519.SH?period=1d&start=2024-01-01&end=2024-01-31';

describeWith('kafka', 'changes told by Kafka', (servers) => {
  it('end the answers about their symbol', async () => {
    const bus = createKafkaBus({ brokers: servers.kafka.brokers, clientId: uniqueName('cache-test') });
    const fixture = await startFixture({ bus });
    await fixture.get(CLOSED);
    fixture.marketData.close = 11;
    await fixture.invalidate('600519.SH');
    expect(await fixture.get(CLOSED)).toMatchObject({ source: 'miss', body: { data: { bars: [{ close: 11 }] } } });
    await fixture.stop();
    await bus.close();
  }, 60_000);
});
