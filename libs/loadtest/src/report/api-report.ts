import type { ApiLoadResult } from '../http/api-load.ts';
import { htmlPage } from './page.ts';
import { generatorChart, percentileChart, timeChart } from './percentile-chart.ts';
import { atLimit, stoppedAfter } from './verdict-notes.ts';

/** What a load test of the API found. */
export interface ApiReport {
  kind: 'api';
  startedAt: string;
  url: string;
  options: Record<string, string | number | undefined>;
  /** Before its time. */
  isStopped: boolean;
  result: ApiLoadResult;
}

/** Answers that say that the call failed, or that there was none. */
export function failedAnswers({ statuses }: ApiLoadResult): number {
  return Object.entries(statuses).reduce(
    (sum, [status, count]) => (status === '0' || Number(status) >= 500 ? sum + count : sum),
    0,
  );
}

/** What stands at the top of a report. */
export function apiVerdict({ result, isStopped }: ApiReport): { isGood: boolean; text: string } {
  const failed = failedAnswers(result);
  const limited = result.statuses['429'] ?? 0;
  const answers = `${result.answers.toLocaleString('en')} answers, p99 ${result.latency.p99Ms.toFixed(1)} ms`;
  const refused = limited > 0 ? `; ${limited.toLocaleString('en')} of them were refused by the rate limits (429)` : '';
  const { cpu, loopDelayP99Ms } = result.generator;
  const notes = `${atLimit({ cpu: [cpu], loopDelayP99Ms })}${isStopped ? stoppedAfter(result.seconds) : ''}`;
  const found = failed === 0 ? ', none failed' : `; ${failed.toLocaleString('en')} failed`;
  const text = `${answers}${found}${refused}${notes}.`;
  return { isGood: failed === 0, text };
}

/** The report as one HTML file. */
export function apiHtml(report: ApiReport): string {
  const { result, options } = report;
  const { latency, points, generator } = result;
  const given = Object.entries(options).flatMap(([name, value]): [string, string | number][] =>
    value === undefined ? [] : [[name, value]],
  );
  return htmlPage({
    title: `Load of the API, ${report.url}, ${report.startedAt}`,
    verdict: apiVerdict(report),
    charts: [
      percentileChart(result.curve, 'answers'),
      timeChart({ title: 'Latency over time', yLabel: 'ms' }, points, {
        p50: ({ p50Ms }) => p50Ms,
        p99: ({ p99Ms }) => p99Ms,
      }),
      timeChart({ title: 'Answers', yLabel: 'a second' }, points, {
        answers: ({ answersPerSecond }) => answersPerSecond,
      }),
      generatorChart(points),
    ],
    sections: [
      { heading: 'Asked for', rows: given },
      {
        heading: 'Answers',
        rows: [
          ['answers', result.answers],
          ['a second', result.answers / result.seconds],
          ['p50, ms', latency.p50Ms],
          ['p95, ms', latency.p95Ms],
          ['p99, ms', latency.p99Ms],
          ['max, ms', latency.maxMs],
          ...Object.entries(result.statuses).map(([status, count]): [string, number] => [
            status === '0' ? 'no answer' : `status ${status}`,
            count,
          ]),
        ],
      },
      {
        heading: 'p50, p99 in ms by kind of call',
        rows: Object.entries(result.byKind).map(([kind, { count, p50Ms, p99Ms }]): [string, string] => [
          `${kind} (${count})`,
          `${p50Ms.toFixed(1)}, ${p99Ms.toFixed(1)}`,
        ]),
      },
      {
        heading: 'Load generator',
        rows: [
          ['% of a core', generator.cpu * 100],
          ['event loop delay p99, ms', generator.loopDelayP99Ms],
          ['event loop delay max, ms', generator.loopDelayMaxMs],
        ],
      },
    ],
    findings: [],
  });
}
