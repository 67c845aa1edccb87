import { describe, expect, it } from '@jest/globals';
import { barOf, tickOf } from '../../tests/payloads.ts';
import { MarketState } from './market-state.ts';

const MINUTE = 60_000;
const arrival = <T>(payload: T) => ({ payload, traceId: 't', ts: 1 });

describe('MarketState', () => {
  it('counts a tick that is delivered twice once', () => {
    const state = new MarketState();
    expect(state.acceptTick(arrival(tickOf('600519.SH', 1)))).toEqual({ epoch: 'e1', seq: 1, prevSeq: undefined });
    expect(state.acceptTick(arrival(tickOf('600519.SH', 2)))).toEqual({ epoch: 'e1', seq: 2, prevSeq: 1 });
    expect(state.acceptTick(arrival(tickOf('600519.SH', 1)))).toBeUndefined();
    expect(state.latestTick('600519.SH')?.payload.seq).toBe(2);
  });

  it('starts a new chain with a new epoch', () => {
    const state = new MarketState();
    state.acceptTick(arrival(tickOf('600519.SH', 7)));
    const step = state.acceptTick(arrival(tickOf('600519.SH', 1, { epoch: 'e2' })));
    expect(step).toEqual({ epoch: 'e2', seq: 1, prevSeq: undefined });
  });

  it('prefers what the bus brought to what storage knew', () => {
    const state = new MarketState();
    state.acceptTick(arrival(tickOf('600519.SH', 5)));
    state.seedTick(arrival(tickOf('600519.SH', 4)));
    expect(state.latestTick('600519.SH')?.payload.seq).toBe(5);
  });

  it('passes the final state of a minute on, although its sequence is that of the last provisional one', () => {
    const state = new MarketState();
    state.acceptBar(arrival(barOf('600519.SH', 3)));
    const final = barOf('600519.SH', 3, { final: true });
    expect(state.acceptBar(arrival(final))).toEqual({ epoch: 'e1', seq: 3, prevSeq: 3 });
    expect(state.acceptBar(arrival(final))).toBeUndefined();
    expect(state.acceptBar(arrival(barOf('600519.SH', 3)))).toBeUndefined();
  });

  it('passes every minute on of those that were made at once, and carry one sequence', () => {
    const state = new MarketState();
    const minutes = [0, 1, 2].map((index) => barOf('600519.SH', 9, { ts: index * MINUTE, final: index < 2 }));
    expect(minutes.map((bar) => state.acceptBar(arrival(bar)))).toEqual([
      { epoch: 'e1', seq: 9, prevSeq: undefined },
      { epoch: 'e1', seq: 9, prevSeq: 9 },
      { epoch: 'e1', seq: 9, prevSeq: 9 },
    ]);
    expect(state.latestBar('600519.SH', '1m')?.payload).toBe(minutes[2]);
    expect(state.acceptBar(arrival(barOf('600519.SH', 9, { ts: 2 * MINUTE })))).toBeUndefined();
  });

  it('passes an amended earlier minute on at the present position, and keeps the newest bar', () => {
    const state = new MarketState();
    const first = barOf('600519.SH', 3, { final: true });
    const next = barOf('600519.SH', 5, { ts: first.ts + MINUTE });
    state.acceptBar(arrival(first));
    state.acceptBar(arrival(next));
    expect(state.acceptBar(arrival({ ...first, close: 10.5 }))).toEqual({ epoch: 'e1', seq: 5, prevSeq: 5 });
    expect(state.acceptBar(arrival({ ...first, close: 10.6, seq: 6 }))).toEqual({ epoch: 'e1', seq: 6, prevSeq: 5 });
    expect(state.latestBar('600519.SH', '1m')).toMatchObject({ payload: next, seq: 6 });
    expect(state.acceptBar(arrival({ ...next, seq: 7 }))).toEqual({ epoch: 'e1', seq: 7, prevSeq: 6 });
  });
});
