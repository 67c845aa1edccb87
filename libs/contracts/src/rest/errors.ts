import { ERROR_STATUS, type ErrorCode } from './envelope.ts';

/** What an error means to who gets it. */
export interface ErrorMeaning {
  title: string;
  /** When it is given. */
  when: string;
  /** Whether the same call may be sent again: never as it is, or later. */
  retry: 'no' | 'later';
}

/** What each code means; the documents are made from it. */
export const ERROR_MEANINGS: Readonly<Record<ErrorCode, ErrorMeaning>> = {
  INVALID_ARGUMENT: {
    title: 'Invalid argument',
    when: 'A part of the request is malformed; `errors` names each field at fault',
    retry: 'no',
  },
  UNAUTHENTICATED: {
    title: 'Unauthenticated',
    when: 'API key, token or password is missing, wrong, expired or revoked',
    retry: 'no',
  },
  TOTP_REQUIRED: {
    title: 'TOTP required',
    when: 'The password is right, and the account asks for a code of its authenticator as well',
    retry: 'no',
  },
  TOTP_INVALID: { title: 'TOTP invalid', when: 'The code of the authenticator is wrong or used up', retry: 'no' },
  FORBIDDEN: {
    title: 'Forbidden',
    when: 'The caller is known, and its scopes, role or plan do not allow this',
    retry: 'no',
  },
  NOT_FOUND: { title: 'Not found', when: 'No such endpoint, instrument or record', retry: 'no' },
  METHOD_NOT_ALLOWED: {
    title: 'Method not allowed',
    when: 'The path exists, but not for this method; `Allow` names those it has',
    retry: 'no',
  },
  NOT_ACCEPTABLE: { title: 'Not acceptable', when: 'No format that `Accept` takes can be had', retry: 'no' },
  REQUEST_TIMEOUT: { title: 'Request timeout', when: 'The request did not come in whole in time', retry: 'later' },
  CONFLICT: {
    title: 'Conflict',
    when: 'It exists already, or the same `Idempotency-Key` came with other content',
    retry: 'no',
  },
  TOO_LARGE: { title: 'Too large', when: 'The body is larger than this endpoint takes', retry: 'no' },
  URI_TOO_LONG: { title: 'URI too long', when: 'Path and query are longer than the gateway takes', retry: 'no' },
  UNSUPPORTED_MEDIA_TYPE: {
    title: 'Unsupported media type',
    when: 'The body is of a type that this endpoint does not read',
    retry: 'no',
  },
  RATE_LIMITED: {
    title: 'Rate limited',
    when: 'Over a limit; `Retry-After` says when to come back, `RateLimit` what is left',
    retry: 'later',
  },
  HEADERS_TOO_LARGE: { title: 'Headers too large', when: 'More headers than the gateway takes', retry: 'no' },
  INTERNAL: {
    title: 'Internal error',
    when: 'A fault of ours; the log has it under the trace id',
    retry: 'no',
  },
  BAD_GATEWAY: {
    title: 'Bad gateway',
    when: 'A service broke off before it had answered, or gave something that is no answer',
    retry: 'later',
  },
  UNAVAILABLE: {
    title: 'Unavailable',
    when: 'A part of the fleet is away or sheds load; `Retry-After` says when to come back',
    retry: 'later',
  },
  TIMEOUT: { title: 'Timeout', when: 'A service did not answer in the time that the route allows', retry: 'later' },
};

/** Registered by draft-ietf-httpapi-ratelimit-headers. */
const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';

/** The `type` of the problem that v2 answers a code with, where no more special one is given. */
export function problemTypeOf(code: ErrorCode): string {
  return code === 'RATE_LIMITED' ? QUOTA_EXCEEDED : `urn:quotefleet:error:${code.toLowerCase().replaceAll('_', '-')}`;
}

const CODE_OF_STATUS = new Map<number, ErrorCode>();
for (const [code, status] of Object.entries(ERROR_STATUS))
  if (!CODE_OF_STATUS.has(status)) CODE_OF_STATUS.set(status, code as ErrorCode);
/** Statuses that no code of ours has, by the nearest one in meaning. */
for (const [status, code] of [
  [410, 'NOT_FOUND'],
  [411, 'INVALID_ARGUMENT'],
  [412, 'CONFLICT'],
  [422, 'INVALID_ARGUMENT'],
  [423, 'CONFLICT'],
  [428, 'CONFLICT'],
] as const)
  CODE_OF_STATUS.set(status, code);

/** The code for an error that only has a status, of a library or of a service that is none of ours. */
export function codeOfStatus(status: number): ErrorCode {
  return CODE_OF_STATUS.get(status) ?? (status < 500 ? 'INVALID_ARGUMENT' : 'BAD_GATEWAY');
}
