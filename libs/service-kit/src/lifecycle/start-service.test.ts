import { describe, expect, it } from '@jest/globals';
import { Health } from '../health/health.ts';
import { createLogger } from '../logging/logger.ts';
import { startService } from './start-service.ts';

const parts = () => ({
  name: 'test',
  url: 'http://127.0.0.1:1',
  health: new Health(),
  logger: createLogger({ service: 'test', level: 'silent' }),
});

describe('startService', () => {
  it('is ready once everything is up, and not from the stop on, which closes in the reverse order', async () => {
    const closed: string[] = [];
    const started = parts();
    const service = await startService(async (closers) => {
      closers.add('database', async () => closed.push('database'));
      closers.add('server', async () => closed.push('server'));
      expect((await started.health.readiness()).ready).toBe(false);
      return started;
    });
    expect((await started.health.readiness()).ready).toBe(true);
    await Promise.all([service.stop(), service.stop()]);
    expect(closed).toEqual(['server', 'database']);
    expect((await started.health.readiness()).ready).toBe(false);
  });

  it('closes what was opened when the start fails, and fails with its reason', async () => {
    const closed: string[] = [];
    const start = startService(async (closers) => {
      closers.add('database', async () => closed.push('database'));
      throw new Error('port taken');
    });
    await expect(start).rejects.toThrow('port taken');
    expect(closed).toEqual(['database']);
  });
});
