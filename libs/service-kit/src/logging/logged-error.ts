interface LoggedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: unknown;
  errors?: unknown[];
}

/** Causes followed; a chain longer than this is a loop. */
const DEPTH_MAX = 5;

/**
 * What the log keeps of an error: who, what and where, and its causes. Whatever else a driver hangs on its errors
 * (whole connections, requests with their headers) stays out.
 */
export function toLoggedError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const logged: LoggedError = { type: error.name, message: error.message };
  if ('code' in error && error.code !== undefined) logged.code = String(error.code);
  if (error.stack !== undefined) logged.stack = error.stack;
  if (depth >= DEPTH_MAX) return logged;
  if (error.cause !== undefined) logged.cause = toLoggedError(error.cause, depth + 1);
  if (error instanceof AggregateError) logged.errors = error.errors.map((one) => toLoggedError(one, depth + 1));
  return logged;
}
