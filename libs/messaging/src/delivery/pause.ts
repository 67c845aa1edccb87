const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 5_000;

/** The pause before redelivery number `attempt` (from 0): 100 ms, doubling up to 5 s. */
export function backoffMs(attempt: number): number {
  return Math.min(PAUSE_MS_MIN * 2 ** attempt, PAUSE_MS_MAX);
}

/** Resolves after `ms`, or at once when `signal` is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

/** Waits for `work` up to `ms`; resolves with whether it ended, rejects if it failed until then. */
export function endsWithin(ms: number, work: Promise<void>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), ms);
    work.then(() => resolve(true), reject).finally(() => clearTimeout(timer));
  });
}
