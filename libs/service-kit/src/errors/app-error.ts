import { ERROR_STATUS, type ErrorCode, type FieldError } from '@quotefleet/contracts';

interface AppErrorOptions extends ErrorOptions {
  errors?: readonly FieldError[];
  /** For Retry-After. */
  retryAfterSeconds?: number;
  /** The `type` of the problem in v2, where there is a registered one; one of ours by the code where absent. */
  problemType?: string;
  /** Names of the rate limits that refused the call, for the problem in v2. */
  violatedPolicies?: readonly string[];
}

/** An error with a stable code that the edge turns into a v1 answer. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;
  readonly problemType: string | undefined;
  readonly violatedPolicies: readonly string[];

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.problemType = options.problemType;
    this.violatedPolicies = options.violatedPolicies ?? [];
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** 400: one field of the request is malformed. */
export function invalidArgument(field: string, message: string, options?: ErrorOptions): AppError {
  return new AppError('INVALID_ARGUMENT', `${field}: ${message}`, { ...options, errors: [{ field, message }] });
}

/** 404. */
export function notFound(message: string): AppError {
  return new AppError('NOT_FOUND', message);
}

/** 503 with Retry-After. */
export function unavailable(message: string, options: AppErrorOptions = {}): AppError {
  return new AppError('UNAVAILABLE', message, { retryAfterSeconds: 1, ...options });
}
