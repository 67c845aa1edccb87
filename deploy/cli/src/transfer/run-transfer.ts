import { isTransferFailure } from '@quotefleet/transfer';
import { CliError } from '../cli-error.ts';
import { complain } from '../output.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const PROGRESS_EVERY_MS = 1000;

/**
 * Runs work that Ctrl-C ends in good order.
 * @param stopped what to say then
 * @throws CliError where databases or files do not do their part
 */
export async function runTransfer<T>(stopped: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = () => stop.abort(new CliError(stopped));
  for (const name of SIGNALS) process.once(name, onSignal);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (isTransferFailure(error)) throw new CliError(error.message || error.name, { cause: error });
    throw error;
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}

/** Tells a person how far the work is, once a second at most. */
export function progressLines(): (line: () => string) => void {
  let last = performance.now();
  return (line) => {
    const now = performance.now();
    if (now - last < PROGRESS_EVERY_MS) return;
    last = now;
    complain(line());
  };
}

export function count(value: number): string {
  return value.toLocaleString('en');
}
