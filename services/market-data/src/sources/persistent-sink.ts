import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_FIRST_MS = 200;
const PAUSE_MAX_MS = 5000;

interface PersistentSinkOptions<T> {
  sink: (items: T[]) => Promise<void>;
  signal: AbortSignal;
  onFailure: (error: unknown) => void;
}

/** A sink that hands items in until they are taken: a source waits for a bus that is away instead of dropping them. */
export function persistentSink<T>({
  sink,
  signal,
  onFailure,
}: PersistentSinkOptions<T>): PersistentSinkOptions<T>['sink'] {
  return async (items) => {
    for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2)) {
      try {
        return await sink(items);
      } catch (error) {
        if (signal.aborted) throw error;
        onFailure(error);
        await sleep(pauseMs, undefined, { signal });
      }
    }
  };
}
