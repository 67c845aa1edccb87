import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type BoardPayload, createEvent, TOPICS } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { FEED_KEY, type Fixture, publishBars, publishTicks, publishTrades, startFixture } from './fixture.ts';
import { barOf, tickOf, tradeOf } from './payloads.ts';

const MINUTE = 60_000;

describe('rooms of more than ticks', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
    fixture.marketData.boards
      .set('sse-main', ['600519.SH'])
      .set('szse-main', ['000001.SZ'])
      .set('liquor', ['600519.SH']);
  });
  afterEach(() => fixture.stop());

  describe('of trades', () => {
    it('begin with the last one stored, and send each that follows once, resumable', async () => {
      fixture.marketData.trades.set('600519.SH', [tradeOf('600519.SH', 7)]);
      const client = await fixture.connect();
      const { results } = await client.subscribe('trade:sh600519');
      expect(results[0]).toMatchObject({ accepted: true, snapshot: { type: 'trade', seq: 7, epoch: '2025-11-21' } });
      await publishTrades(fixture.bus, ...[7, 9, 9, 12].map((seq) => tradeOf('600519.SH', seq)));
      await waitUntil(() => client.messages.length === 2);
      expect(client.messages).toMatchObject([
        { type: 'trade', room: 'trade:600519.SH', prevSeq: 7, seq: 9, payload: { price: 10, volume: 100 } },
        { prevSeq: 9, seq: 12 },
      ]);
      const late = await fixture.connect();
      const resumed = await late.subscribe({ room: 'trade:600519.SH', resume: { epoch: '2025-11-21', seq: 9 } });
      expect(resumed.results[0]).toMatchObject({ recovered: true, missed: [{ prevSeq: 9, seq: 12 }] });
    });

    it('are a feed for roles that have it', async () => {
      const client = await fixture.connect({ auth: { apiKey: FEED_KEY } });
      await client.subscribe('trade:*');
      await publishTrades(fixture.bus, tradeOf('600519.SH', 1), tradeOf('000001.SZ', 4));
      await waitUntil(() => client.messages.length === 2);
      expect(client.messages.map(({ room }) => room).toSorted()).toEqual(['trade:000001.SZ', 'trade:600519.SH']);
    });
  });

  it('of longer bars begin with what is stored and go on with each bar of the bus', async () => {
    const first = 1_763_688_660_000; // 09:31
    const time = (minute: number) => new Date(first + minute * MINUTE).toISOString();
    fixture.marketData.bars.set('600519.SH:1m', [
      { time: time(0), close: 9 },
      { time: time(1), close: 11 },
    ]);
    const client = await fixture.connect();
    const { results } = await client.subscribe('bar:600519.SH:5m', 'bar:600519.SH:60m');
    expect(results.map(({ snapshot }) => snapshot?.payload)).toMatchObject([
      { period: '5m', ts: first + 4 * MINUTE, low: 9, high: 11, volume: 200, final: false },
      { period: '60m', ts: first + 59 * MINUTE, volume: 200, final: false },
    ]);
    const bar = (minute: number, seq: number) => barOf('600519.SH', seq, { ts: first + minute * MINUTE, final: true });
    await publishBars(fixture.bus, bar(2, 10), bar(3, 11), bar(4, 12));
    await waitUntil(() => client.messages.length === 6);
    const short = client.messages.filter(({ room }) => room === 'bar:600519.SH:5m');
    expect(short.map(({ prevSeq, seq, payload }) => [prevSeq, seq, payload])).toMatchObject([
      [undefined, 10, { final: false }],
      [10, 11, { final: false }],
      [11, 12, { final: true, open: 9, close: 10, volume: 200 + 1000 + 1100 + 1200 }],
    ]);
  });

  describe('of boards', () => {
    it('are refused where there is no such board', async () => {
      const client = await fixture.connect();
      const { results } = await client.subscribe('board:nothing', 'board:concept/none', 'board:', 'board:a b');
      expect(results.map(({ code }) => code)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'INVALID_ROOM', 'INVALID_ROOM']);
      expect(results[0]?.reason).toContain('expected main, sse-main, szse-main, star, chinext, bse, industry/CODE');
    });

    it('sum up what is stored, then what the bus brings, at most once a second', async () => {
      fixture.marketData.market = [quoteRow('600519.SH', 11), quoteRow('000001.SZ', 9.5)];
      const client = await fixture.connect();
      const { results } = await client.subscribe('board:main', 'board:concept/liquor');
      expect(results.map(({ snapshot }) => snapshot?.payload)).toMatchObject([
        { board: 'main', members: 2, advancers: 1, decliners: 1, changePercent: 2.5 },
        { board: 'concept/liquor', members: 1, leaders: [{ symbol: '600519.SH', changePercent: 10 }] },
      ]);
      const started = Date.now();
      for (let seq = 1; seq <= 40; seq += 1) {
        await publishTicks(fixture.bus, tickOf('600519.SH', seq, { last: 12, ts: quoteTs + seq }));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await waitUntil(() => newest(client.messages)?.ts === quoteTs + 40);
      const main = client.messages.filter(({ room }) => room === 'board:main');
      expect(main.length).toBeLessThanOrEqual((Date.now() - started) / 1000 + 1);
      expect(newest(client.messages)).toMatchObject({ changePercent: 7.5, leaders: [{ last: 12 }, { last: 9.5 }] });
      expect(main.map(({ prevSeq }) => prevSeq)).toEqual([
        results[0]?.snapshot?.seq,
        ...main.slice(0, -1).map(({ seq }) => seq),
      ]);
    }, 20_000);

    it('hear of new members', async () => {
      fixture.marketData.market = [quoteRow('600519.SH', 11), quoteRow('000001.SZ', 9.5)];
      const client = await fixture.connect();
      await client.subscribe('board:concept/liquor');
      fixture.marketData.boards.set('liquor', ['600519.SH', '000001.SZ']);
      const instrument = {
        symbol: '000001.SZ',
        name: 'x',
        kind: 'stock',
        board: 'szse-main',
        isSt: false,
        status: 'listed',
      };
      const value = createEvent('md.instrument', instrument);
      await fixture.bus.publish(TOPICS.instruments, [{ key: instrument.symbol, value }]);
      await waitUntil(() => (client.messages.at(-1)?.payload as BoardPayload | undefined)?.members === 2, {
        timeoutMs: 20_000,
      });
    }, 30_000);
  });

  it('of the market rank its stocks', async () => {
    fixture.marketData.market = [quoteRow('600519.SH', 11), quoteRow('000001.SZ', 9.5), quoteRow('510300.SH', 12)];
    const client = await fixture.connect();
    const { results } = await client.subscribe('market:movers');
    expect(results[0]?.snapshot).toMatchObject({
      type: 'movers',
      payload: { gainers: [{ symbol: '600519.SH', changePercent: 10 }], losers: [{ symbol: '000001.SZ' }] },
    });
    await publishTicks(fixture.bus, tickOf('000001.SZ', 1, { last: 12, ts: quoteTs + 1 }));
    await waitUntil(() => client.messages.length > 0);
    expect(client.messages[0]).toMatchObject({
      prevSeq: results[0]?.snapshot?.seq,
      payload: { gainers: [{ symbol: '000001.SZ', changePercent: 20 }, { symbol: '600519.SH' }], losers: [] },
    });
  });
});

const quoteTs = Date.parse('2025-11-21T10:00:00+08:00');

function quoteRow(symbol: string, last: number) {
  return {
    ...{ symbol, time: quoteTs, kind: 'stock', board: 'sse-main', seq: 1, epoch: 'e0' },
    ...{ last, open: 10, high: last, low: 9, preClose: 10, change: last - 10, changePercent: (last - 10) * 10 },
    ...{ volume: 100, amount: 100 * last },
  };
}

function newest(messages: readonly { room: string; payload: unknown }[]): BoardPayload | undefined {
  return messages.findLast(({ room }) => room === 'board:main')?.payload as BoardPayload | undefined;
}
