import { describe, expect, it } from '@jest/globals';
import { WalHistory } from './wal-history.ts';

function historyOf(samples: readonly (readonly [position: number, nowMs: number])[]): WalHistory {
  const history = new WalHistory();
  for (const [position, nowMs] of samples) history.record(BigInt(position), nowMs);
  return history;
}

describe('the lag of a replica', () => {
  it('is not known before the primary was asked', () => {
    expect(historyOf([]).lag(5n, 0, 0)).toBeUndefined();
  });

  it('is nothing when the replica has all there is, however long ago the last transaction was', () => {
    expect(historyOf([[100, 0]]).lag(100n, 50, 3_600_000)).toEqual({ ms: 0, bytes: 0 });
    expect(historyOf([[100, 0]]).lag(120n, 50, 3_600_000)).toEqual({ ms: 0, bytes: 0 });
  });

  it('does not take the idle time before a write for lag', () => {
    const history = historyOf([
      [100, 0],
      [100, 3_600_000],
      [300, 3_601_000],
    ]);
    expect(history.lag(100n, 3_601_005, 3_601_005)).toEqual({ ms: 5, bytes: 200 });
  });

  it('grows with every look while replay stands still', () => {
    const history = historyOf([
      [100, 0],
      [300, 1_000],
    ]);
    history.record(500n, 2_000);
    history.record(500n, 9_000);
    expect(history.lag(100n, 9_005, 3_600_000)).toEqual({ ms: 8_005, bytes: 400 });
    expect(history.lag(300n, 9_005, 3_600_000)).toEqual({ ms: 7_005, bytes: 200 });
  });

  it('is the age of the last replayed transaction where that fits what was seen of the primary', () => {
    const history = historyOf([
      [100, 0],
      [300, 1_000],
      [500, 2_000],
    ]);
    expect(history.lag(200n, 2_010, 1_500)).toEqual({ ms: 1_500, bytes: 300 });
    // A clock of the replica that goes wrong by minutes changes little.
    expect(history.lag(200n, 2_010, -600_000)).toEqual({ ms: 1_010, bytes: 300 });
  });

  it('starts anew with another primary', () => {
    const history = historyOf([
      [1_000, 0],
      [50, 1_000],
    ]);
    expect(history.lag(50n, 1_005, 0)).toEqual({ ms: 0, bytes: 0 });
  });

  it('stays bounded, and still counts, over hours of writes that a replica does not get', () => {
    const history = new WalHistory();
    for (let second = 0; second < 7_200; second++) history.record(BigInt(second), second * 1_000);
    expect(history.lag(0n, 7_199_000, 7_199_000)).toEqual({ ms: 7_199_000, bytes: 7_199 });
  });
});
