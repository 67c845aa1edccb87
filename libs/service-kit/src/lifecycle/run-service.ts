import { ConfigError } from '../config/parse-config.ts';

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
 * printed (one sentence where it is a ConfigError) and ends the process with code 1.
 */
export async function runService(start: () => Promise<RunningService>): Promise<void> {
  const service = await startOrExit(start);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    void service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${service.name} did not stop cleanly: ${String(error)}\n`);
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
    process.stderr.write(
      error instanceof ConfigError ? `${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exit(1);
  }
}
