/**
 * Waits for `work`, but no longer than until `signal` is aborted; resolves with whether it ended.
 * Work that is left alone may still fail, which is of no interest then.
 */
export function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const abandon = () => resolve(false);
    signal.addEventListener('abort', abandon);
    work.then(() => resolve(!signal.aborted), reject).finally(() => signal.removeEventListener('abort', abandon));
  });
}
