import { describe, expect, it } from '@jest/globals';
import { CallQueue } from './call-queue.ts';

describe('CallQueue', () => {
  it('runs one call after the other, whatever becomes of them', async () => {
    const calls = new CallQueue();
    const steps: string[] = [];
    const call =
      (name: string, fails = false) =>
      async () => {
        steps.push(`${name} begins`);
        await Promise.resolve();
        steps.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const failing = expect(calls.run(call('a', true))).rejects.toThrow('a');
    expect(await calls.run(call('b'))).toBe('b');
    await failing;
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('makes so many calls a second at most', async () => {
    const calls = new CallQueue(3);
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: 7 }, () => calls.run(async () => undefined)));
    expect(performance.now() - startedMs).toBeGreaterThan(1900);
  });
});
