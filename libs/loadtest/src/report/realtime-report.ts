import { type AuditTotals, isClean, VIOLATIONS } from '../audit/audit-tally.ts';
import type { RealtimeWindow } from '../realtime/realtime-window.ts';
import type { TrafficTotals } from '../traffic/tick-traffic.ts';
import type { ConnectionCounts } from '../worker/worker-messages.ts';
import { htmlPage } from './page.ts';
import { generatorChart, percentileChart, timeChart } from './percentile-chart.ts';
import { atLimit, stoppedAfter } from './verdict-notes.ts';

/** What a load test of sockets found. */
export interface RealtimeReport {
  kind: 'realtime';
  startedAt: string;
  url: string;
  options: Record<string, string | number | undefined>;
  /** Before its time. */
  isStopped: boolean;
  connections: ConnectionCounts;
  window: RealtimeWindow;
  audit: AuditTotals;
  traffic: TrafficTotals | undefined;
  /** No loss in silence, no double, no disorder. */
  isClean: boolean;
}

/** More of the messages than this begin a sequence anew only where rooms have several sources. */
const ANEW_SHARE_MAX = 0.01;

/** What stands at the top of a report. */
export function realtimeVerdict({ audit, connections, window, isStopped }: RealtimeReport): {
  isGood: boolean;
  text: string;
} {
  const good = isClean(audit);
  const found = VIOLATIONS.filter((violation) => audit.violations[violation] > 0).map(
    (violation) => `${violation} ${audit.violations[violation]}`,
  );
  const audited = `${audit.messages.toLocaleString('en')} messages audited on ${connections.ready.toLocaleString('en')} connections`;
  const faults = [...found, ...(audit.malformed > 0 ? [`malformed ${audit.malformed}`] : [])].join(', ');
  const anew =
    audit.epochChanges > ANEW_SHARE_MAX * audit.messages
      ? `; sequences started anew ${audit.epochChanges.toLocaleString('en')} times, so that less could be audited and measured: rooms have more than one source`
      : '';
  const notes = `${anew}${atLimit(window.generator)}${isStopped ? stoppedAfter(window.seconds) : ''}`;
  return {
    isGood: good,
    text: good
      ? `${audited}: nothing lost in silence, doubled or out of order${notes}.`
      : `${audited}: ${faults}${notes}.`,
  };
}

/** The report as one HTML file. */
export function realtimeHtml(report: RealtimeReport): string {
  const { window, audit, connections, options, traffic } = report;
  const { latency, generator, points } = window;
  const perSecond = (count: number) => count / window.seconds;
  return htmlPage({
    title: `Load of realtime connections, ${report.url}, ${report.startedAt}`,
    verdict: realtimeVerdict(report),
    charts: [
      percentileChart(window.curve, 'messages'),
      timeChart({ title: 'Latency over time', yLabel: 'ms' }, points, {
        p50: ({ p50Ms }) => p50Ms,
        p99: ({ p99Ms }) => p99Ms,
      }),
      timeChart({ title: 'Received', yLabel: 'a second' }, points, {
        messages: ({ messagesPerSecond }) => messagesPerSecond,
        frames: ({ framesPerSecond }) => framesPerSecond,
      }),
      generatorChart(points),
      timeChart({ title: 'Open connections', yLabel: 'connections' }, points, { open: ({ open }) => open }),
    ],
    sections: [
      { heading: 'Asked for', rows: rowsOf(options) },
      {
        heading: 'Received',
        rows: [
          ['seconds', window.seconds],
          ['messages a second', perSecond(window.messages)],
          ['frames a second', perSecond(window.frames)],
          ['MB a second', perSecond(window.bytes) / 1e6],
          ['latency p50, ms', latency.p50Ms],
          ['latency p95, ms', latency.p95Ms],
          ['latency p99, ms', latency.p99Ms],
          ['latency p99.9, ms', latency.p999Ms],
          ['latency max, ms', latency.maxMs],
        ],
      },
      {
        heading: 'Audit',
        rows: [
          ['messages', audit.messages],
          ...VIOLATIONS.map((violation): [string, number] => [WORDS[violation], audit.violations[violation]]),
          ['malformed frames', audit.malformed],
          ['sequence numbers in holes', audit.missing],
          ['sequences started anew', audit.epochChanges],
          ...Object.entries(audit.gaps).map(([reason, { notices, messages }]): [string, string] => [
            `announced gaps: ${reason}`,
            `${notices} (${messages} messages)`,
          ]),
        ],
      },
      {
        heading: 'Connections',
        rows: [
          ...(['asked', 'attempts', 'ready', 'open', 'givenUp', 'roomsGranted'] as const).map(
            (name): [string, number] => [CONNECTION_WORDS[name], connections[name]],
          ),
          ...(['refused', 'failed', 'dropped', 'roomsRefused'] as const).flatMap((name) =>
            Object.entries(connections[name]).map(([code, count]): [string, number] => [
              `${CONNECTION_WORDS[name]}: ${code}`,
              count,
            ]),
          ),
        ],
      },
      {
        heading: 'Load generator',
        rows: [
          ...generator.cpu.map((cpu, index): [string, number] => [`process ${index + 1}, % of a core`, cpu * 100]),
          ['event loop delay p99, ms', generator.loopDelayP99Ms],
          ['event loop delay max, ms', generator.loopDelayMaxMs],
        ],
      },
      ...(traffic ? [{ heading: 'Ticks handed in', rows: rowsOf({ ...traffic }) }] : []),
    ],
    findings: audit.samples,
  });
}

const WORDS = {
  hole: 'lost in silence',
  double: 'doubled',
  disorder: 'out of order',
  stray: 'of rooms not asked for',
  tail: 'rooms that stayed behind at the end',
} as const;

const CONNECTION_WORDS = {
  asked: 'asked for',
  attempts: 'attempts',
  ready: 'connected and subscribed',
  open: 'open at the end',
  givenUp: 'given up',
  roomsGranted: 'rooms granted',
  refused: 'attempts refused',
  failed: 'attempts failed',
  dropped: 'dropped',
  roomsRefused: 'rooms refused',
} as const;

function rowsOf(record: Readonly<Record<string, string | number | undefined>>): [string, string | number][] {
  return Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}
