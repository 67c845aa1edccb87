import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Health } from './health.ts';

describe('readiness', () => {
  afterEach(() => void jest.useRealTimers());

  it('holds between start and stop', async () => {
    const health = new Health();
    expect(await health.readiness()).toEqual({
      ready: false,
      checks: [{ name: 'service', ok: false, reason: 'starting' }],
    });
    health.markRunning();
    expect((await health.readiness()).ready).toBe(true);
    health.markStopping();
    expect((await health.readiness()).checks[0]?.reason).toBe('stopping');
  });

  it('needs every dependency, and says which one fails and why', async () => {
    const health = new Health();
    health.markRunning();
    health.addCheck('bus', () => Promise.resolve());
    health.addCheck('database', () => Promise.reject(new Error('connection refused')));
    expect(await health.readiness()).toEqual({
      ready: false,
      checks: [
        { name: 'service', ok: true },
        { name: 'bus', ok: true },
        { name: 'database', ok: false, reason: 'connection refused' },
      ],
    });
  });

  it('does not wait for a dependency that hangs', async () => {
    jest.useFakeTimers();
    const health = new Health();
    health.markRunning();
    health.addCheck('database', () => new Promise(() => undefined));
    const readiness = health.readiness();
    await jest.advanceTimersByTimeAsync(2000);
    expect((await readiness).checks[1]).toMatchObject({ ok: false, reason: 'no answer within 2000 ms' });
  });
});
