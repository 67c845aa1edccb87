/** What one benchmark found; printed as one JSON line. */
export interface BenchResult {
  bench: string;
  figure: number;
  unit: string;
  /** What the figure is held against, measured in the same run. */
  yardstick: { name: string; figure: number; unit: string };
  /** Figure over yardstick. */
  ratio: number;
  target: string;
  /** Every run's figure, the method's parameters and audited counts. */
  details: Record<string, unknown>;
}

export type Bench = () => Promise<BenchResult>;

/** The middle one; benchmarks quote medians, since machines are noisy. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError('expected at least one value');
  return middle;
}

/** To so many significant digits: more would be noise. */
export function significant(value: number, digits = 3): number {
  return Number(value.toPrecision(digits));
}
