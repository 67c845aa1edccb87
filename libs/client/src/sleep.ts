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

export function aborted(signal?: AbortSignal): QuotefleetError {
  return new QuotefleetError('ABORTED', 'the call was aborted', { cause: signal?.reason });
}
