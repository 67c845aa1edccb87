import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAccess, DEFAULT_POLICY } from '@quotefleet/access';
import { toTradeDate } from '@quotefleet/domain';
import { waitUntil } from '@quotefleet/testing';
import { type Fixture, publishTicks, publishTrades, startFixture, TRIAL_KEY } from './fixture.ts';
import { tickOf, tradeOf } from './payloads.ts';

const DELAY_SECONDS = 3;

describe('a role that sees the market late', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    const rows = DEFAULT_POLICY.rows.map((rule) =>
      rule.role === 'trial' && rule.kind === 'delaySeconds' ? { ...rule, value: `${DELAY_SECONDS}` } : rule,
    );
    const trades = { id: 'trial-trades', role: 'trial', kind: 'rooms', value: 'trade:*', effect: 'allow' } as const;
    const access = await createAccess({ ...DEFAULT_POLICY, rows: [...rows, trades] });
    fixture = await startFixture({ policy: { current: () => access } });
  });
  afterAll(() => fixture.stop());

  it('gets all that live ones get, so much later, from what was true so long ago on', async () => {
    const now = Date.now();
    const at = (seq: number, secondsAgo: number) =>
      tickOf('600519.SH', seq, { ts: now - secondsAgo * 1000, receivedTs: now - secondsAgo * 1000 });
    fixture.marketData.ticks.set('600519.SH', [at(1, 60), at(2, 30), at(3, 1)]);
    const { symbol, seq, epoch, last, open, high, low, preClose, volume, amount } = at(3, 1);
    fixture.marketData.quotes.set('600519.SH', {
      ...{ symbol, seq, epoch, last, open, high, low, preClose, volume, amount },
      ...{ time: new Date(now - 1000).toISOString(), change: 0, changePercent: 0, bids: [], asks: [] },
    });
    const [late, live] = [await fixture.connect({ auth: { apiKey: TRIAL_KEY } }), await fixture.connect()];
    const { results } = await late.subscribe('tick:600519.SH');
    expect(results[0]).toMatchObject({ accepted: true, delaySeconds: DELAY_SECONDS, mode: 'merge', maxHz: 1 });
    expect(results[0]?.snapshot).toMatchObject({ seq: 2 });
    await live.subscribe('tick:600519.SH');
    const published = Date.now();
    await publishTicks(fixture.bus, at(4, 0));
    await waitUntil(() => live.messages.length === 1);
    expect(late.messages.filter(({ seq }) => seq === 4)).toEqual([]);
    await waitUntil(() => late.messages.some(({ seq }) => seq === 4), { timeoutMs: 15_000 });
    expect(Date.now() - published).toBeGreaterThanOrEqual(DELAY_SECONDS * 1000);
    expect(late.messages.map(({ seq, prevSeq }) => [seq, prevSeq])).toEqual([
      [3, 2],
      [4, 3],
    ]);
  }, 30_000);

  it('gets trades that late, from the last one before that on', async () => {
    const now = Date.now();
    const at = (seq: number, secondsAgo: number) =>
      tradeOf('000001.SZ', seq, { ts: now - secondsAgo * 1000, epoch: toTradeDate(now) });
    const recent = Array.from({ length: 6000 }, (_, index) => at(index + 10, 1));
    fixture.marketData.trades.set('000001.SZ', [at(3, 60), at(8, 30), ...recent]);
    const late = await fixture.connect({ auth: { apiKey: TRIAL_KEY } });
    const { results } = await late.subscribe('trade:000001.SZ');
    expect(results[0]).toMatchObject({ accepted: true, delaySeconds: DELAY_SECONDS, snapshot: { seq: 8 } });
    await publishTrades(fixture.bus, at(6020, 0));
    await waitUntil(() => late.messages.at(-1)?.seq === 6020, { timeoutMs: 15_000 });
    let before = 8;
    for (const { seq, prevSeq } of late.messages) {
      expect(prevSeq).toBe(before);
      before = seq;
    }
    expect(late.messages[0]?.payload).toMatchObject({ source: 'storage' });
  }, 30_000);

  it('may not have every message, but is told how to have the newest', async () => {
    const late = await fixture.connect({ auth: { apiKey: TRIAL_KEY } });
    const { results } = await late.subscribe({ room: 'tick:600519.SH', mode: 'raw' });
    expect(results[0]).toMatchObject({ accepted: false, code: 'FORBIDDEN' });
    expect(results[0]?.reason).toContain('at most 1 updates a second of a room: ask for mode merge');
  });
});
