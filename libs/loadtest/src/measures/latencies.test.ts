import { describe, expect, it } from '@jest/globals';
import { Latencies } from './latencies.ts';

describe('Latencies', () => {
  it('keeps three digits, and the same of another process', () => {
    const [own, other] = [new Latencies(), new Latencies()];
    for (let ms = 1; ms <= 1000; ms += 1) (ms % 2 === 0 ? own : other).record(ms);
    own.addEncoded(other.encode());
    const { count, p50Ms, p99Ms, maxMs } = own.summary();
    expect(count).toBe(1000);
    expect(p50Ms).toBeCloseTo(500, -1);
    expect(p99Ms).toBeCloseTo(990, -1);
    expect(maxMs).toBeCloseTo(1000, -1);
  });

  it('counts what clocks make negative as nothing', () => {
    const latencies = new Latencies();
    latencies.record(-3);
    expect(latencies.summary()).toMatchObject({ count: 1, minMs: 0, maxMs: 0 });
  });

  it('has no percentile above the longest', () => {
    const latencies = new Latencies();
    latencies.record(36_096);
    expect(latencies.summary()).toMatchObject({ p50Ms: 36_096, p999Ms: 36_096, maxMs: 36_096 });
    expect(latencies.curve().at(-1)).toEqual([100, 36_096]);
  });
});
