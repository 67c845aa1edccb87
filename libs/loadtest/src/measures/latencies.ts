import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';

const MICROSECONDS = 1000;
/** An hour: a delayed feed lies within. */
const HIGHEST_US = 3_600_000_000;
const DIGITS = 3;
/** What curves are drawn of; the step gets finer towards the tail. */
const CURVE = [0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 100];

export interface LatencySummary {
  count: number;
  meanMs: number;
  minMs: number;
  maxMs: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  p999Ms: number;
}

/** Times in ms, kept to three digits in an HDR histogram. */
export class Latencies {
  readonly #histogram = build({
    bitBucketSize: 32,
    autoResize: true,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: DIGITS,
  });

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Below nothing, as where two clocks of ms meet, counts as nothing. */
  record(ms: number): void {
    this.#histogram.recordValue(Math.min(HIGHEST_US, Math.max(0, Math.round(ms * MICROSECONDS))));
  }

  /** In ms. */
  percentile(share: number): number {
    // It gives the upper end of what three digits stand for, which may be above the longest of all.
    const { maxValue } = this.#histogram;
    return this.count === 0 ? 0 : Math.min(maxValue, this.#histogram.getValueAtPercentile(share)) / MICROSECONDS;
  }

  summary(): LatencySummary {
    const { count } = this;
    return {
      count,
      meanMs: count === 0 ? 0 : this.#histogram.mean / MICROSECONDS,
      minMs: this.percentile(0),
      maxMs: this.#histogram.maxValue / MICROSECONDS,
      p50Ms: this.percentile(50),
      p95Ms: this.percentile(95),
      p99Ms: this.percentile(99),
      p999Ms: this.percentile(99.9),
    };
  }

  /** Percentile and ms. */
  curve(): [number, number][] {
    return this.count === 0 ? [] : CURVE.map((share) => [share, this.percentile(share)]);
  }

  reset(): void {
    this.#histogram.reset();
  }

  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  /** Adds what `encode` made, in this or another process. */
  addEncoded(encoded: string): void {
    this.#histogram.add(decodeFromCompressedBase64(encoded, 32));
  }
}
