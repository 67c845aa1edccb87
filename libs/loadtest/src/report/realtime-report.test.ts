import { describe, expect, it } from '@jest/globals';
import { emptyTotals } from '../audit/audit-tally.ts';
import { Latencies } from '../measures/latencies.ts';
import { type RealtimeReport, realtimeHtml, realtimeVerdict } from './realtime-report.ts';

const COUNTS = {
  ...{ asked: 2, attempts: 3, open: 2, ready: 2, givenUp: 0, refused: { '<b>"quoted"</b>': 1 }, failed: {} },
  ...{ dropped: {}, roomsGranted: 4, roomsRefused: {}, delayed: 0 },
};

function report(more: Partial<RealtimeReport> = {}): RealtimeReport {
  const latencies = new Latencies();
  for (let ms = 1; ms <= 100; ms += 1) latencies.record(ms);
  const point = {
    ...{ second: 1, messagesPerSecond: 12_345, framesPerSecond: 10, bytesPerSecond: 1, open: 2 },
    ...{ p50Ms: 50, p99Ms: 99, generatorCpu: 0.2, loopDelayP99Ms: 1 },
  };
  return {
    kind: 'realtime',
    startedAt: '2026-11-21T00:00:00.000Z',
    url: 'http://127.0.0.1:1/?<script>alert(1)</script>',
    options: { connections: 2, rate: undefined },
    isStopped: false,
    connections: COUNTS,
    window: {
      ...{ seconds: 1, messages: 100, frames: 10, bytes: 1000 },
      latency: latencies.summary(),
      curve: latencies.curve(),
      generator: { cpu: [0.2], loopDelayP99Ms: 1, loopDelayMaxMs: 2 },
      points: [point, { ...point, second: 2 }],
    },
    audit: emptyTotals(),
    traffic: undefined,
    isClean: true,
    ...more,
  };
}

describe('realtimeHtml', () => {
  it('is one page with pictures that loads nothing and escapes what it was given', () => {
    const html = realtimeHtml(report());
    expect(html.match(/<svg /g)).toHaveLength(5);
    expect(html).not.toMatch(/<script|<link|src=|<b>|@import/);
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('attempts refused: &lt;b&gt;&quot;quoted&quot;&lt;/b&gt;');
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('draws a run in which nothing came', () => {
    const empty = new Latencies();
    const window = { ...report().window, latency: empty.summary(), curve: empty.curve(), points: [] };
    expect(realtimeHtml(report({ window }))).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('realtimeVerdict', () => {
  it('names the faults that the audit found', () => {
    const audit = { ...emptyTotals(), messages: 9, violations: { ...emptyTotals().violations, hole: 2 } };
    expect(realtimeVerdict(report({ audit }))).toEqual({
      isGood: false,
      text: '9 messages audited on 2 connections: hole 2.',
    });
  });

  it('says when the generator was at its limit', () => {
    const { window } = report();
    const busy = { ...window, generator: { ...window.generator, cpu: [0.1, 0.97] } };
    expect(realtimeVerdict(report({ window: busy })).text).toContain('the generator was at its limit (97 % of a core)');
    const late = { ...window, generator: { ...window.generator, loopDelayP99Ms: 558.3 } };
    expect(realtimeVerdict(report({ window: late })).text).toContain('(its event loop late by 558 ms)');
  });

  it('says when rooms had several sources', () => {
    const audit = { ...emptyTotals(), messages: 100, epochChanges: 2 };
    expect(realtimeVerdict(report({ audit })).text).toContain('; sequences started anew 2 times');
  });
});
