import { describe, expect, it } from '@jest/globals';
import { createMetrics } from './metrics.ts';

describe('metrics', () => {
  it('are kept apart by service though they share a process', async () => {
    const [one, two] = [createMetrics('one'), createMetrics('two')];
    one.counter('calls_total', 'Calls', ['outcome']).inc({ outcome: 'ok' });
    two.counter('calls_total', 'Calls', ['outcome']).inc({ outcome: 'ok' }, 5);
    expect(await one.registry.metrics()).toContain('calls_total{outcome="ok",service="one"} 1');
    expect(await two.registry.metrics()).toContain('calls_total{outcome="ok",service="two"} 5');
  });
});
