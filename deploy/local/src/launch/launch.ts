import { describeCrash, guardCrashes, redact } from '@quotefleet/secrets';
import { Closers, ConfigError, keepNewObjectsYoung } from '@quotefleet/service-kit';

/** A start under way: what it opened, and whether it was asked to stop meanwhile. */
export interface Launch {
  /** Closed in reverse order when the process stops or the start fails. */
  closers: Closers;
  /** True once a stop was asked for. */
  readonly stopping: boolean;
  /** Between two steps: does not return when a stop was asked for. */
  checkpoint(): void;
  /** A line of progress for the person who started it. */
  say(line: string): void;
}

/** What does not close in this time is cut off: a stop may take five seconds, and the servers end after us. */
const STOP_TIMEOUT_MS = 4000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

class StopRequested extends Error {}

/**
 * Runs a start, then stays until a signal; Ctrl-C works at any moment, also half-way through the start.
 * Exit code 0 after a clean stop; 1, with one sentence on stderr, when the start failed or something did not close.
 */
export async function runUntilStopped(start: (launch: Launch) => Promise<void>): Promise<void> {
  guardCrashes();
  keepNewObjectsYoung();
  const closers = new Closers();
  let stopping = false;
  const launch: Launch = {
    closers,
    get stopping() {
      return stopping;
    },
    checkpoint() {
      if (stopping) throw new StopRequested('stopped during the start');
    },
    say: (line) => {
      if (!stopping) process.stdout.write(`${line}\n`);
    },
  };
  const started = Promise.resolve().then(() => start(launch));
  // npm hands Ctrl-C on to us as well as the terminal: a second signal is the same wish, not a stronger one.
  const stop = () => {
    if (stopping) return;
    process.stdout.write('\nStopping ...\n');
    stopping = true;
    void stopAll(started, closers);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  // A terminal or pipe that went away must not stop the fleet.
  process.stdout.on('error', () => undefined);
  try {
    await started;
  } catch (error) {
    if (!stopping) await failStart(error, closers);
  }
}

async function stopAll(started: Promise<void>, closers: Closers): Promise<void> {
  setTimeout(() => {
    const part = closers.current || 'the start';
    process.stderr.write(`${part} did not stop within ${STOP_TIMEOUT_MS / 1000} s and was cut off\n`);
    process.exit(1);
  }, STOP_TIMEOUT_MS).unref();
  await started.catch(() => undefined);
  process.exit(await closeAll(closers));
}

async function failStart(error: unknown, closers: Closers): Promise<never> {
  process.stderr.write(`${describeFailure(error)}\n`);
  await closeAll(closers);
  process.exit(1);
}

async function closeAll(closers: Closers): Promise<number> {
  try {
    await closers.close();
    return 0;
  } catch (error) {
    process.stderr.write(`${redact(error instanceof Error ? error.message : String(error))}\n`);
    return 1;
  }
}

/** One sentence where the cause is the machine's or the user's; the stack where it is ours. */
function describeFailure(error: unknown): string {
  if (error instanceof ConfigError) return redact(error.message);
  if (error instanceof TypeError || error instanceof ReferenceError) return describeCrash(error);
  return `the start failed: ${redact(error instanceof Error ? error.message : String(error))}`;
}
