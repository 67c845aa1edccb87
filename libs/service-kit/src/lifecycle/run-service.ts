import { describeCrash, guardCrashes, redact } from '@quotefleet/secrets';
import { ConfigError } from '../config/parse-config.ts';
import { toAppError } from '../errors/to-app-error.ts';
import { keepNewObjectsYoung } from './tune-memory.ts';

/** A service that has been started. */
export interface RunningService {
  name: string;
  /** Where its HTTP server answers. */
  url: string;
  /** Stops taking work, finishes what is in hand, closes everything; safe to call twice. */
  stop(): Promise<void>;
}

/** Anything that takes longer than this to stop is cut off. */
const STOP_TIMEOUT_MS = 4500;

/**
 * The body of a `main.ts`: starts a service and stops it on SIGINT or SIGTERM. A fault at the start is
 * printed (one sentence where it is the configuration's or a missing server's) and ends the process with code 1, as does
 * whatever nobody caught later. Nothing of what is printed holds a secret.
 */
export async function runService(start: () => Promise<RunningService>): Promise<void> {
  guardCrashes();
  keepNewObjectsYoung();
  const service = await startOrExit(start);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    void service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${service.name} did not stop cleanly: ${redact(String(error))}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

async function startOrExit(start: () => Promise<RunningService>): Promise<RunningService> {
  try {
    return await start();
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  }
}

/** One sentence where a person can do something about it; where the program is at fault, all there is. */
function describe(error: unknown): string {
  const isForPeople = error instanceof ConfigError || toAppError(error).code === 'UNAVAILABLE';
  return isForPeople && error instanceof Error ? redact(error.message) : describeCrash(error);
}
