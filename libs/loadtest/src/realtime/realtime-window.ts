import { Latencies, type LatencySummary } from '../measures/latencies.ts';
import type { WorkerSample } from '../worker/worker-messages.ts';

/** Shorter samples say nothing of a rate. */
const SAMPLE_SECONDS_MIN = 0.3;

/** How busy the generator was: one that is at its limit measures itself. */
export interface GeneratorUse {
  /** Share of a core of each worker process. */
  cpu: number[];
  /** The latest that a worker's event loop came round, ms. */
  loopDelayP99Ms: number;
  loopDelayMaxMs: number;
}

/** About a second of it. */
export interface RealtimePoint {
  /** Since the start of the measuring. */
  second: number;
  messagesPerSecond: number;
  framesPerSecond: number;
  bytesPerSecond: number;
  open: number;
  p50Ms: number;
  p99Ms: number;
  /** Of the busiest worker. */
  generatorCpu: number;
  loopDelayP99Ms: number;
}

/** What all connections received in a stretch of time. */
export interface RealtimeWindow {
  seconds: number;
  messages: number;
  frames: number;
  bytes: number;
  /** From the making of an event to its receipt. */
  latency: LatencySummary;
  /** Percentile and ms. */
  curve: [number, number][];
  generator: GeneratorUse;
  points: RealtimePoint[];
}

/** @param workers the samples of each worker, in order */
export function toWindow(workers: readonly (readonly WorkerSample[])[]): RealtimeWindow {
  const all = workers.flat();
  const latencies = merged(all);
  const sum = (pick: (sample: WorkerSample) => number, of: readonly WorkerSample[] = all) =>
    of.reduce((total, sample) => total + pick(sample), 0);
  const secondsOf = (samples: readonly WorkerSample[]) => sum(({ self }) => self.seconds, samples);
  const highest = (pick: (sample: WorkerSample) => number) => Math.max(0, ...all.map(pick));
  return {
    seconds: Math.max(0, ...workers.map(secondsOf)),
    messages: sum(({ messages }) => messages),
    frames: sum(({ frames }) => frames),
    bytes: sum(({ bytes }) => bytes),
    latency: latencies.summary(),
    curve: latencies.curve(),
    generator: {
      cpu: workers.map((samples) => sum(({ self }) => self.cpu * self.seconds, samples) / secondsOf(samples)),
      loopDelayP99Ms: highest(({ self }) => self.loopDelayP99Ms),
      loopDelayMaxMs: highest(({ self }) => self.loopDelayMaxMs),
    },
    points: toPoints(workers),
  };
}

function toPoints(workers: readonly (readonly WorkerSample[])[]): RealtimePoint[] {
  const length = Math.max(0, ...workers.map((samples) => samples.length));
  const points: RealtimePoint[] = [];
  let second = 0;
  for (let index = 0; index < length; index += 1) {
    const samples = workers.flatMap((of) => of[index] ?? []).filter((of) => of.self.seconds >= SAMPLE_SECONDS_MIN);
    if (samples.length === 0) continue;
    const rate = (pick: (sample: WorkerSample) => number) =>
      samples.reduce((total, sample) => total + pick(sample) / sample.self.seconds, 0);
    const latencies = merged(samples);
    second += Math.max(...samples.map(({ self }) => self.seconds));
    points.push({
      second,
      messagesPerSecond: rate(({ messages }) => messages),
      framesPerSecond: rate(({ frames }) => frames),
      bytesPerSecond: rate(({ bytes }) => bytes),
      open: samples.reduce((total, { open }) => total + open, 0),
      p50Ms: latencies.percentile(50),
      p99Ms: latencies.percentile(99),
      generatorCpu: Math.max(...samples.map(({ self }) => self.cpu)),
      loopDelayP99Ms: Math.max(...samples.map(({ self }) => self.loopDelayP99Ms)),
    });
  }
  return points;
}

function merged(samples: readonly WorkerSample[]): Latencies {
  const latencies = new Latencies();
  for (const sample of samples) if (sample.latencies) latencies.addEncoded(sample.latencies);
  return latencies;
}
