import { ERROR_STATUS, type ErrorCode } from '../rest/envelope.ts';
import { ERROR_MEANINGS, problemTypeOf } from '../rest/errors.ts';
import { type Block, code, heading, list, table, text } from './blocks.ts';

const RETRY = { no: 'no', later: 'later' } as const;

const ENVELOPE = `{"success": false, "code": "INVALID_ARGUMENT", "message": "period: expected one of 1m, 5m, 1d",
 "data": {"errors": [{"field": "period", "message": "expected one of 1m, 5m, 1d"}]},
 "traceId": "0af7651916cd43dd8448eb211c80319c", "timestamp": "2026-11-21T17:08:28.940+08:00"}`;

const PROBLEM = `{"type": "urn:quotefleet:error:invalid-argument", "title": "Invalid argument", "status": 400,
 "detail": "period: expected one of 1m, 5m, 1d", "code": "INVALID_ARGUMENT",
 "errors": [{"field": "period", "message": "expected one of 1m, 5m, 1d"}],
 "traceId": "0af7651916cd43dd8448eb211c80319c"}`;

/** What every error looks like and means. */
export function errorGuide(): Block[] {
  const codes = Object.keys(ERROR_STATUS) as ErrorCode[];
  return [
    heading(1, 'Errors'),
    text(
      'Whatever goes wrong on the way of a call, the answer has one of two forms. v1 answers in its envelope, with',
      '`Content-Type: application/json`:',
    ),
    code('json', ENVELOPE),
    text('v2 answers with problem details (RFC 9457), with `Content-Type: application/problem+json`:'),
    code('json', PROBLEM),
    list(
      '`code` is stable: programs go by it. New codes may come; take an unknown one by the first digit of its status.',
      '`message` and `detail` are for people, and may change.',
      '`errors` names the fields at fault where there are any. Fields of the body are joined by dots: `ticks.0.last`.',
      '`traceId` is that of `X-Trace-Id` and of our logs: give it when you ask.',
      '`Retry-After` (seconds) comes with what may be tried again; wait at least that long.',
    ),
    heading(2, 'Codes'),
    table(
      ['status', 'code', 'type in v2', 'when', 'again?'],
      codes.map((name) => {
        const { when, retry } = ERROR_MEANINGS[name];
        return [String(ERROR_STATUS[name]), `\`${name}\``, `\`${problemTypeOf(name)}\``, when, RETRY[retry]];
      }),
    ),
    text(
      'The type of a refused quota is the one that draft-ietf-httpapi-ratelimit-headers registers. The OAuth endpoints',
      'word their errors as RFC 6749 section 5.2 has it: `{"error": ..., "error_description": ...}`.',
    ),
    heading(2, 'Services behind the gateway'),
    text('A client never sees how a service failed, only what that means for its call:'),
    table(
      ['what the service does', 'answer'],
      [
        ['refuses connections, or its circuit breaker is open', '503 `UNAVAILABLE`'],
        ['does not answer in the time of the route', '504 `TIMEOUT`'],
        ['closes or resets the connection, speaks no HTTP, sends too large headers', '502 `BAD_GATEWAY`'],
        ['answers 500 with a page, or a 5xx that nobody knows', '502 `BAD_GATEWAY`'],
        ['answers 503 or 504 with a page (a proxy in between)', '503 `UNAVAILABLE`, 504 `TIMEOUT`'],
        ['answers 4xx in another form than ours', 'the code of that status, without its words'],
        ['breaks off in the middle of an answer', 'the connection ends: what came is not whole'],
      ],
    ),
  ];
}
