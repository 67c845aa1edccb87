import { Latencies, type LatencySummary } from '../measures/latencies.ts';
import { type SelfSample, SelfWatch } from '../measures/self-watch.ts';
import { type ApiMix, mixedCalls } from './api-mix.ts';
import { type Answer, type Call, clientCrowd } from './client-crowd.ts';
import { openLoop } from './open-loop.ts';

const SAMPLE_EVERY_MS = 1000;
/** Shorter samples say nothing of a rate. */
const SAMPLE_SECONDS_MIN = 0.3;
/** Calls that are made beforehand and gone through again and again. */
const CALLS = 10_000;

export interface ApiLoadOptions {
  url: string;
  apiKey: string;
  connections: number;
  seconds: number;
  /** Calls a second of all connections together, whether answers come or not; as fast as answers come where absent. */
  perSecond?: number;
  mix: ApiMix;
  symbols: readonly string[];
  /** Ends it early. */
  signal?: AbortSignal | undefined;
  /** Answers are waited for so much longer than calls are made; 30 s where absent. */
  drainMs?: number | undefined;
}

export interface ApiPoint {
  second: number;
  answersPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  generatorCpu: number;
  loopDelayP99Ms: number;
}

export interface ApiLoadResult {
  seconds: number;
  answers: number;
  /** By status; 0 where no answer came. */
  statuses: Record<string, number>;
  /** With a pace, from when a call was due; else from when it was sent. */
  latency: LatencySummary;
  curve: [number, number][];
  byKind: Record<string, LatencySummary>;
  generator: { cpu: number; loopDelayP99Ms: number; loopDelayMaxMs: number };
  points: ApiPoint[];
}

/** Asks a mix of calls over connections that are kept, from this process. */
export async function runApiLoad(options: ApiLoadOptions): Promise<ApiLoadResult> {
  const { connections, seconds, perSecond, apiKey, signal, drainMs } = options;
  const call = mixedCalls(options);
  const headers = { 'x-api-key': apiKey };
  const meter = new ApiMeter();
  const onAnswer = (answer: Answer) => meter.take(answer);
  const timer = setInterval(() => meter.lap(), SAMPLE_EVERY_MS);
  try {
    const { seconds: took } =
      perSecond === undefined
        ? await clientCrowd({ clients: connections, seconds, pauseMs: 0, headers, call, onAnswer, signal, drainMs })
        : await openLoop({
            calls: madeCalls(call, headers),
            perSecond,
            seconds,
            connections,
            onAnswer,
            signal,
            drainMs,
          });
    return meter.result(took);
  } finally {
    clearInterval(timer);
    meter.stop();
  }
}

function madeCalls(call: (index: number) => Call, headers: Readonly<Record<string, string>>) {
  return Array.from({ length: CALLS }, (_, index) => ({ ...call(index), headers }));
}

/** Answers by second and altogether. */
class ApiMeter {
  readonly #self = new SelfWatch();
  readonly #all = new Latencies();
  readonly #lately = new Latencies();
  readonly #kinds = new Map<string, Latencies>();
  readonly #statuses: Record<string, number> = {};
  readonly #points: ApiPoint[] = [];
  readonly #selves: SelfSample[] = [];
  #second = 0;

  take({ kind, status, ms }: Answer): void {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    this.#all.record(ms);
    this.#lately.record(ms);
    let own = this.#kinds.get(kind);
    if (!own) {
      own = new Latencies();
      this.#kinds.set(kind, own);
    }
    own.record(ms);
  }

  lap(): void {
    const self = this.#self.sample();
    this.#selves.push(self);
    this.#second += self.seconds;
    if (self.seconds < SAMPLE_SECONDS_MIN) return;
    this.#points.push({
      second: this.#second,
      answersPerSecond: this.#lately.count / self.seconds,
      p50Ms: this.#lately.percentile(50),
      p99Ms: this.#lately.percentile(99),
      generatorCpu: self.cpu,
      loopDelayP99Ms: self.loopDelayP99Ms,
    });
    this.#lately.reset();
  }

  result(seconds: number): ApiLoadResult {
    this.lap();
    const total = this.#selves.reduce((sum, self) => sum + self.seconds, 0);
    const highest = (pick: (self: SelfSample) => number) => Math.max(0, ...this.#selves.map(pick));
    return {
      seconds,
      answers: this.#all.count,
      statuses: this.#statuses,
      latency: this.#all.summary(),
      curve: this.#all.curve(),
      byKind: Object.fromEntries([...this.#kinds].map(([kind, latencies]) => [kind, latencies.summary()])),
      generator: {
        cpu: total === 0 ? 0 : this.#selves.reduce((sum, self) => sum + self.cpu * self.seconds, 0) / total,
        loopDelayP99Ms: highest((self) => self.loopDelayP99Ms),
        loopDelayMaxMs: highest((self) => self.loopDelayMaxMs),
      },
      points: this.#points,
    };
  }

  stop(): void {
    this.#self.stop();
  }
}
