import { beforeEach, describe, expect, it } from '@jest/globals';
import { ReplicaHealth } from './replica-health.ts';

describe('the health of a replica', () => {
  let said: string[];
  let health: ReplicaHealth;
  const lag = (ms: number, bytes = 10) => health.measured(100n, { ms, bytes });

  beforeEach(() => {
    said = [];
    health = new ReplicaHealth('db2:5432', {
      alarmLagMs: 1_000,
      maxLagMs: 5_000,
      maxLagBytes: 1_000,
      onLagAlarm: ({ active, lagSeconds }) => said.push(`${active ? 'late' : 'in time'} ${lagSeconds}`),
      onReplicaState: ({ replica, state, reason }) => said.push(`${replica} ${state}${reason ? `: ${reason}` : ''}`),
    });
  });

  it('is down until it was measured against the primary', () => {
    expect(health.state).toBe('down');
    health.measured(100n, undefined);
    expect(health.state).toBe('down');
    lag(0);
    expect(health.state).toBe('healthy');
    expect(said).toEqual(['db2:5432 healthy']);
  });

  it('alarms past one limit, is not read past the next, and comes back when it has caught up', () => {
    for (const ms of [0, 900, 1_100, 3_000, 5_100, 3_000, 1_100, 900, 0]) lag(ms);
    expect(said).toEqual([
      'db2:5432 healthy',
      'late 1.1',
      'db2:5432 behind: 5.1 s and 10 bytes behind',
      'db2:5432 healthy',
      'in time 0.9',
    ]);
  });

  it('is behind with too many bytes to replay too', () => {
    lag(0, 1_001);
    expect(health.state).toBe('behind');
  });

  it('forgets where a lost replica was, for it may come back at an earlier position', () => {
    lag(0);
    expect(health.hasReplayed(100n)).toBe(true);
    health.lost(new Error('read ECONNRESET'));
    health.advance(120n);
    expect(health.hasReplayed(1n)).toBe(false);
    expect(health.lag).toBeUndefined();
    expect(said.at(-1)).toBe('db2:5432 down: read ECONNRESET');
  });

  it('learns between measurements how far a replica has come', () => {
    lag(0);
    health.advance(150n);
    health.advance(120n);
    expect(health.hasReplayed(150n)).toBe(true);
    expect(health.hasReplayed(151n)).toBe(false);
  });
});
