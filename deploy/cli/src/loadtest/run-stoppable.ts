import { LoadError } from '@quotefleet/loadtest';
import { CliError } from '../cli-error.ts';
import { complain } from '../output.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs a load test that Ctrl-C ends early: what there is by then is audited and reported. Once more ends the process.
 * @throws CliError where the test cannot go on
 */
export async function runStoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = () => {
    for (const name of SIGNALS) process.off(name, onSignal);
    complain('Stopping: what there is so far is reported. Once more stops at once.');
    stop.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (error instanceof LoadError) throw new CliError(error.message, { cause: error });
    throw error;
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}
