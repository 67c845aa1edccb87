import type { ChartOptions } from './svg-chart.ts';

/** Percentiles get as much room for 90 to 99 as for 99 to 99.9. */
const NINES: readonly [number, string][] = [
  [0, '0 %'],
  [1, '90 %'],
  [2, '99 %'],
  [3, '99.9 %'],
  [4, '99.99 %'],
];

/** Latencies of messages or answers by percentile. */
export function percentileChart(curve: readonly (readonly [number, number])[], of: string): ChartOptions {
  const points = curve
    .filter(([share]) => share < 100)
    .map(([share, ms]): [number, number] => [-Math.log10(1 - share / 100), ms]);
  const xTicks = NINES.filter(([nines]) => points.some(([x]) => x >= nines - 1e-9));
  const lines = [{ name: 'latency', points }];
  return { title: 'Latency by percentile', xLabel: `share of ${of}`, yLabel: 'ms', lines, xTicks };
}

/** Lines over the seconds of a run. */
export function timeChart<P extends { second: number }>(
  { title, yLabel }: { title: string; yLabel: string },
  points: readonly P[],
  lines: Readonly<Record<string, (point: P) => number>>,
): ChartOptions {
  return {
    title,
    yLabel,
    xLabel: 's',
    lines: Object.entries(lines).map(([name, pick]) => ({
      name,
      points: points.map((point): [number, number] => [point.second, pick(point)]),
    })),
  };
}

/** How busy the generator was. */
export function generatorChart(points: readonly { second: number; generatorCpu: number; loopDelayP99Ms: number }[]) {
  return timeChart({ title: 'Load generator: busiest process', yLabel: '% of a core, ms' }, points, {
    'CPU, % of a core': ({ generatorCpu }) => generatorCpu * 100,
    'event loop delay p99, ms': ({ loopDelayP99Ms }) => loopDelayP99Ms,
  });
}
