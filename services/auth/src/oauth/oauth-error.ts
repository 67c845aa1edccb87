import { toAppError } from '@quotefleet/service-kit';
import type { ErrorRequestHandler } from 'express';

type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'mfa_required'
  | 'slow_down'
  | 'temporarily_unavailable'
  | 'server_error';

/** An error in the form of RFC 6749 section 5.2. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: OAuthErrorCode,
    message: string,
    options: { status?: number; retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message);
    this.name = 'OAuthError';
    this.code = code;
    this.status = options.status ?? (code === 'invalid_client' ? 401 : 400);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** What is thrown while a token is asked for, as these endpoints say it. */
export function toOAuthError(thrown: unknown): OAuthError {
  if (thrown instanceof OAuthError) return thrown;
  const { code, message, status, retryAfterSeconds, errors } = toAppError(thrown);
  if (errors.some(({ field }) => field === 'scope')) return new OAuthError('invalid_scope', message);
  if (code === 'TOTP_REQUIRED') return new OAuthError('mfa_required', message);
  if (code === 'UNAUTHENTICATED' || code === 'TOTP_INVALID') return new OAuthError('invalid_grant', message);
  if (code === 'RATE_LIMITED') return new OAuthError('slow_down', message, { status, retryAfterSeconds });
  if (status < 500) return new OAuthError('invalid_request', message, { status });
  const unavailable = code === 'UNAVAILABLE';
  return new OAuthError(unavailable ? 'temporarily_unavailable' : 'server_error', message, {
    status,
    retryAfterSeconds,
  });
}

/** Answers errors of the OAuth endpoints; those that somebody must look at go on to the log as well. */
export function sendOAuthErrors(report: (error: unknown) => void): ErrorRequestHandler {
  return (thrown, _request, response, _next) => {
    const { code, message, status, retryAfterSeconds } = toOAuthError(thrown);
    if (status === 500) report(thrown);
    if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="quotefleet"');
    if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
    response.status(status).json({ error: code, error_description: message });
  };
}
