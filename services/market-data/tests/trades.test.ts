import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { TOPICS, type TradePayload, tradeEvent } from '@quotefleet/contracts';
import { shanghaiMs } from '@quotefleet/domain';
import { BusUnavailableError, type OutgoingEvent } from '@quotefleet/messaging';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { DATE, type MarketDataFixture, startMarketData } from './market-data-fixture.ts';

const PATH = '/api/v1/ingest/trades';

function trade(symbol: string, seq: number, fields: object = {}) {
  const ts = shanghaiMs(DATE, '09:31:00') + seq;
  return { symbol, ts, seq, price: 10.5, volume: 100, amount: 1050, side: 'buy', ...fields };
}

describeWith('postgres', 'trades', (servers) => {
  const database = isolatedDatabase(servers);
  const published: TradePayload[] = [];
  let fixture: MarketDataFixture;

  beforeAll(async () => {
    fixture = await startMarketData(database.url);
    await fixture.bus.subscribe({
      group: 'test',
      topics: [TOPICS.trades],
      from: 'earliest',
      decode: (value) => tradeEvent.parse(value),
      handle: async ({ events }) => {
        published.push(...events.map(({ value }) => value.payload));
      },
    });
  }, 30_000);
  afterAll(() => fixture.stop());

  const seqsOf = (symbol: string) => published.filter((one) => one.symbol === symbol).map(({ seq }) => seq);

  it('are stored, can be read, and reach the bus in order, under the day they are of', async () => {
    const { body } = await fixture.post(
      PATH,
      [3, 1, 2].map((seq) => trade('600000.SH', seq)),
    );
    expect(body.data).toMatchObject({ accepted: 3, inserted: 3, rejected: [] });
    const answer = await fixture.get('/api/v1/trades/sh600000');
    expect(answer.body.data).toMatchObject({ symbol: '600000.SH', trades: [{ seq: 1 }, { seq: 2 }, { seq: 3 }] });
    await waitUntil(() => seqsOf('600000.SH').length === 3);
    expect(seqsOf('600000.SH')).toEqual([1, 2, 3]);
    expect(published.find(({ symbol }) => symbol === '600000.SH')).toEqual({
      ...trade('600000.SH', 1),
      epoch: DATE,
      source: 'api',
    });
  });

  it('that are none stay out and hold back no other', async () => {
    const given = [
      trade('600001.SH', 1),
      trade('600001.SH', 2, { side: 'long' }),
      trade('600001.SH', 3, { price: -1 }),
    ];
    const { body } = await fixture.post(PATH, given);
    expect(body.data).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, field: 'side' },
        { index: 2, field: 'price' },
      ],
    });
    await waitUntil(() => seqsOf('600001.SH').length > 0);
    expect(seqsOf('600001.SH')).toEqual([1]);
  });

  it('are not accepted while the bus is away, and told of when they are given again', async () => {
    const publish = fixture.bus.publish;
    const away = async (topic: string, events: readonly OutgoingEvent[]) => {
      if (topic === TOPICS.trades) throw new BusUnavailableError('away for the test');
      return publish.call(fixture.bus, topic, events);
    };
    const spy = jest.spyOn(fixture.bus, 'publish').mockImplementation(away);
    const refused = await fixture.post(PATH, [trade('600002.SH', 1)]);
    expect(refused.status).toBe(503);
    spy.mockRestore();
    expect((await fixture.post(PATH, [trade('600002.SH', 1)])).body.data).toMatchObject({ accepted: 1, unchanged: 1 });
    await waitUntil(() => seqsOf('600002.SH').length > 0);
    expect(seqsOf('600002.SH')).toEqual([1]);
  });
});

describeWith('postgres', 'trades of the simulated exchange', (servers) => {
  const database = isolatedDatabase(servers);

  it('are stored and told of as the ticks that they made', async () => {
    const env = { QF_SOURCE: 'sim', QF_SIM_HISTORY_DAYS: '0', QF_SIM_START: '2026-11-20' };
    const fixture = await startMarketData(database.url, env);
    const told: TradePayload[] = [];
    await fixture.bus.subscribe({
      group: 'test',
      topics: [TOPICS.trades],
      from: 'earliest',
      decode: (value) => tradeEvent.parse(value),
      handle: async ({ events }) => {
        told.push(...events.map(({ value }) => value.payload));
      },
    });
    const volumes = async () => {
      const { trades } = (await fixture.get('/api/v1/trades/600519?start=2026-11-20')).body.data ?? { trades: [] };
      return trades.map(({ volume }: { volume: number }) => volume);
    };
    await waitUntil(async () => (await volumes()).length > 5, { timeoutMs: 60_000 });
    const stored = await volumes();
    await waitUntil(() => told.filter(({ symbol }) => symbol === '600519.SH').length >= stored.length);
    const heard = told.filter(({ symbol }) => symbol === '600519.SH').slice(0, stored.length);
    expect(heard.map(({ volume }) => volume)).toEqual(stored);
    await fixture.stop();
  }, 120_000);
});
