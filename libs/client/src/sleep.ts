import { QuotefleetError } from './client-error.ts';

/**
 * Waits so many ms.
 * @throws QuotefleetError ABORTED
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) throw aborted(signal);
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(aborted(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/**
 * What a promise gives, unless the signal fires before that.
 * @throws QuotefleetError ABORTED
 */
export async function unlessAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  if (signal.aborted) throw aborted(signal);
  return new Promise((resolve, reject) => {
    const stop = () => reject(aborted(signal));
    signal.addEventListener('abort', stop, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

export function aborted(signal?: AbortSignal): QuotefleetError {
  return new QuotefleetError('ABORTED', 'the call was aborted', { cause: signal?.reason });
}
