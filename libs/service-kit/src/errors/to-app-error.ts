import { codeOfStatus } from '@quotefleet/contracts';
import { AppError, invalidArgument, unavailable } from './app-error.ts';

/** Names of the errors by which ports say "not now". */
const UNAVAILABLE_ERRORS = new Set(['StoreUnavailableError', 'BusUnavailableError', 'DatabaseUnavailableError']);

/** How body-parser names a body that is not JSON. */
const NOT_JSON = 'entity.parse.failed';

/** What body parsers and express throw: an Error with a status. */
function httpStatusOf(error: Error): number | undefined {
  const status = 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** Any thrown value as an AppError; what is not foreseen becomes INTERNAL and keeps its text to the log. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return new AppError('INTERNAL', 'internal error', { cause: error });
  if (UNAVAILABLE_ERRORS.has(error.name)) {
    return unavailable('storage or bus is not available, try again', { cause: error });
  }
  const status = httpStatusOf(error);
  if (status === 413) return new AppError('TOO_LARGE', 'body is larger than this endpoint takes', { cause: error });
  if (status === 415) return new AppError('UNSUPPORTED_MEDIA_TYPE', error.message, { cause: error });
  if ('type' in error && error.type === NOT_JSON) return invalidArgument('body', 'expected JSON', { cause: error });
  if (status !== undefined && status >= 400 && status < 500) {
    return new AppError(codeOfStatus(status), error.message, { cause: error });
  }
  return new AppError('INTERNAL', 'internal error', { cause: error });
}
