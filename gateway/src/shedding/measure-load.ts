import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Load } from './find-level.ts';

const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;
/** Weight of one answer in the moving average of some fifty. */
const ANSWER_WEIGHT = 0.02;

export interface LoadMeter {
  requestStarted(): void;
  requestEnded(): void;
  /** How long an upstream took for a JSON answer. */
  upstreamAnswered(elapsedMs: number): void;
  /** The load since it was last asked for. */
  take(): Load;
  close(): void;
}

export function createLoadMeter(): LoadMeter {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let inFlight = 0;
  let answers = 0;
  let upstreamLatencyMs = 0;
  return {
    requestStarted: () => {
      inFlight += 1;
    },
    requestEnded: () => {
      inFlight -= 1;
    },
    upstreamAnswered: (elapsedMs) => {
      answers += 1;
      upstreamLatencyMs += (elapsedMs - upstreamLatencyMs) * ANSWER_WEIGHT;
    },
    take() {
      // Its samples are whole intervals, the resolution among them.
      const eventLoopDelayMs = delay.count === 0 ? 0 : Math.max(0, delay.mean / NS_PER_MS - RESOLUTION_MS);
      delay.reset();
      // With nobody asking, a slow past must not keep those out who would show that it is over.
      if (answers === 0) upstreamLatencyMs *= 0.8;
      answers = 0;
      return { eventLoopDelayMs, inFlight, upstreamLatencyMs };
    },
    close: () => delay.disable(),
  };
}
