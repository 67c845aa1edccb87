import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type { Counter, Gauge, Histogram };

export interface Reading {
  labels: Record<string, string>;
  value: number;
}

/** A service's own registry: several services in one process keep their figures apart. */
export interface Metrics {
  registry: Registry;
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  /** A gauge without labels that is read when the figures are asked for. */
  readGauge(name: string, help: string, read: () => number): void;
  /** Likewise with labels: what `read` does not give is not shown. */
  readGauges(name: string, help: string, labels: readonly string[], read: () => Iterable<Reading>): void;
  histogram(name: string, help: string, labels: readonly string[], buckets: readonly number[]): Histogram;
}

/** Labels must have few values: never a symbol or a user. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: [...labels], registers }),
    gauge: (name, help, labels = []) => new Gauge({ name, help, labelNames: [...labels], registers }),
    readGauge: (name, help, read) => {
      const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(read()) });
    },
    readGauges: (name, help, labelNames, read) => {
      const collect = () => {
        gauge.reset();
        for (const { labels, value } of read()) gauge.set(labels, value);
      };
      const gauge: Gauge = new Gauge({ name, help, labelNames: [...labelNames], registers, collect });
    },
    histogram: (name, help, labels, buckets) =>
      new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers }),
  };
}
