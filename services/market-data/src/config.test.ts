import { describe, expect, it } from '@jest/globals';
import { parseMarketDataConfig } from './config.ts';

const NEEDED = { QF_DATABASE_URL: 'postgres://localhost/test' };

describe('parseMarketDataConfig', () => {
  it('runs every role on the simulated exchange unless told otherwise', () => {
    const config = parseMarketDataConfig(NEEDED);
    expect([...config.roles]).toEqual(['api', 'source', 'writer']);
    expect(config.source).toEqual({ kind: 'sim', speed: 1, seed: 1, start: undefined, historyDays: 250 });
    expect(config.timeSeries).toEqual({ driver: 'postgres', url: NEEDED.QF_DATABASE_URL });
  });

  it('has 20 connections, 60 in a rush, unless told otherwise', () => {
    const { pool, replicaUrls } = parseMarketDataConfig(NEEDED);
    expect(pool).toEqual({
      max: 20,
      overflow: 40,
      recycleAfterMs: 3_600_000,
      acquireTimeoutMs: 30_000,
      slowQueryMs: 500,
    });
    expect(replicaUrls).toEqual([]);
    const told = parseMarketDataConfig({
      ...NEEDED,
      QF_DATABASE_POOL_MAX: '5',
      QF_DATABASE_POOL_OVERFLOW: '0',
      QF_DATABASE_POOL_RECYCLE_S: '60',
      QF_DATABASE_ACQUIRE_TIMEOUT_MS: '1000',
      QF_DATABASE_SLOW_QUERY_MS: '50',
      QF_DATABASE_REPLICA_URLS: 'postgres://b/test, postgres://c/test',
    });
    expect(told.pool).toEqual({
      max: 5,
      overflow: 0,
      recycleAfterMs: 60_000,
      acquireTimeoutMs: 1000,
      slowQueryMs: 50,
    });
    expect(told.replicaUrls).toEqual(['postgres://b/test', 'postgres://c/test']);
  });

  it('takes a replay at a chosen speed, or as fast as it goes', () => {
    const source = (env: Record<string, string>) =>
      parseMarketDataConfig({ ...NEEDED, QF_SOURCE: 'replay:/data/a:b', ...env }).source;
    expect(source({})).toEqual({ kind: 'replay', path: '/data/a:b', speed: 1 });
    expect(source({ QF_REPLAY_SPEED: '60' })).toMatchObject({ speed: 60 });
    expect(source({ QF_REPLAY_SPEED: 'max' })).toMatchObject({ speed: Number.POSITIVE_INFINITY });
  });

  it.each(['2026-07-06', '20260706', '2026-07-06T10:00:00', '2026-07-06 13:00'])(
    'takes %s as the start of the simulation',
    (start) => {
      expect(parseMarketDataConfig({ ...NEEDED, QF_SIM_START: start }).source).toMatchObject({ start });
    },
  );

  it.each([
    ['QF_SIM_START', '2026-13-45'],
    ['QF_SIM_START', '2026-07-05'],
    ['QF_SIM_START', '2027-01-04'],
    ['QF_SIM_START', 'monday'],
    ['QF_SIM_SPEED', '0'],
    ['QF_REPLAY_SPEED', 'fast'],
    ['QF_MARKET_DATA_ROLES', 'api,cook'],
    ['QF_SOURCE', 'file:/x'],
    ['QF_DATABASE_POOL_MAX', '0'],
    ['QF_DATABASE_POOL_OVERFLOW', '-1'],
    ['QF_DATABASE_ACQUIRE_TIMEOUT_MS', 'soon'],
    ['QF_DATABASE_REPLICA_URLS', 'mysql://b/test'],
    ['QF_TSDB', 'oracle'],
    ['QF_TSDB_URL', 'nowhere'],
  ])('refuses %s=%s by its name', (name, value) => {
    expect(() => parseMarketDataConfig({ ...NEEDED, [name]: value })).toThrow(name);
  });

  it('needs the URL of a time-series database that is named', () => {
    expect(() => parseMarketDataConfig({ ...NEEDED, QF_TSDB: 'tdengine' })).toThrow('QF_TSDB_URL');
  });

  it('says what it needs', () => {
    expect(() => parseMarketDataConfig({})).toThrow(
      'QF_DATABASE_URL: expected postgres://user:password@host:port/database',
    );
  });
});
