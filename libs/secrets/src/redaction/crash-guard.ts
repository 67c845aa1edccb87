import { redact } from './redact.ts';

/** Causes followed; a chain longer than this is a loop. */
const DEPTH_MAX = 5;

/** An error as text for a person: its stack and those of its causes, without secrets. */
export function describeCrash(error: unknown): string {
  return redact(stacksOf(error, 0).join('\ncaused by '));
}

function stacksOf(error: unknown, depth: number): string[] {
  if (!(error instanceof Error)) return [typeof error === 'string' ? error : `a ${typeof error} was thrown`];
  const own = [error.stack ?? `${error.name}: ${error.message}`];
  if (depth >= DEPTH_MAX) return own;
  const inner = error instanceof AggregateError ? error.errors : [];
  const causes = error.cause === undefined ? inner : [error.cause, ...inner];
  return [...own, ...causes.flatMap((cause) => stacksOf(cause, depth + 1))];
}

/**
 * Has the process end on what nobody caught with its stack, but without what Node adds to it: the properties of errors
 * (drivers hang whole connections on theirs), the source line, the environment in diagnostic reports.
 */
export function guardCrashes(): void {
  process.report.excludeEnv = true;
  process.on('uncaughtException', (error, origin) => {
    process.stderr.write(`${origin}: ${describeCrash(error)}\n`);
    process.exit(1);
  });
}
