import { setTimeout as sleep } from 'node:timers/promises';
import type { TickSink } from './quote-source.ts';

const PAUSE_FIRST_MS = 200;
const PAUSE_MAX_MS = 5000;

interface PersistentSinkOptions {
  sink: TickSink;
  signal: AbortSignal;
  onFailure: (error: unknown) => void;
}

/** A sink that hands ticks in until they are taken: a source waits for a bus that is away instead of dropping them. */
export function persistentSink({ sink, signal, onFailure }: PersistentSinkOptions): TickSink {
  return async (ticks) => {
    for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2)) {
      try {
        return await sink(ticks);
      } catch (error) {
        if (signal.aborted) throw error;
        onFailure(error);
        await sleep(pauseMs, undefined, { signal });
      }
    }
  };
}
