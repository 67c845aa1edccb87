import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const NANOSECONDS_PER_MS = 1e6;
const MICROSECONDS_PER_SECOND = 1e6;

/** How busy a process was since it was last asked. */
export interface SelfSample {
  /** Share of one core, user and system. */
  cpu: number;
  /** How much later than due the event loop came round, ms. */
  loopDelayP99Ms: number;
  loopDelayMaxMs: number;
  seconds: number;
}

/**
 * Watches the process that it runs in: a generator that is late itself measures its own lateness, and has to show it.
 */
export class SelfWatch {
  readonly #loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #cpu = process.cpuUsage();
  #at = performance.now();

  constructor() {
    this.#loop.enable();
  }

  sample(): SelfSample {
    const now = performance.now();
    const { user, system } = process.cpuUsage(this.#cpu);
    const seconds = (now - this.#at) / 1000;
    const late = (ns: number) => Math.max(0, (Number.isFinite(ns) ? ns : 0) / NANOSECONDS_PER_MS - RESOLUTION_MS);
    const hasCounts = this.#loop.count > 0;
    const sample: SelfSample = {
      cpu: seconds > 0 ? (user + system) / MICROSECONDS_PER_SECOND / seconds : 0,
      loopDelayP99Ms: hasCounts ? late(this.#loop.percentile(99)) : 0,
      loopDelayMaxMs: hasCounts ? late(this.#loop.max) : 0,
      seconds,
    };
    this.#loop.reset();
    this.#cpu = process.cpuUsage();
    this.#at = now;
    return sample;
  }

  stop(): void {
    this.#loop.disable();
  }
}
