import { describe, expect, it } from '@jest/globals';
import { type ClientErrorCode, QuotefleetError } from '../client-error.ts';
import { parseRetryAfter, retryDelay } from './retry.ts';

const failed = (code: ClientErrorCode, retryAfterMs?: number) => new QuotefleetError(code, 'm', { retryAfterMs });

describe('retryDelay', () => {
  it('doubles, and ends after two retries', () => {
    expect([0, 1, 2].map((attempt) => retryDelay(failed('NETWORK'), attempt, {}, () => 1))).toEqual([
      200,
      400,
      undefined,
    ]);
  });

  it.each(['INVALID_ARGUMENT', 'UNAUTHENTICATED', 'NOT_FOUND', 'INTERNAL', 'ABORTED'] as const)(
    'is none for %s',
    (code) => {
      expect(retryDelay(failed(code), 0, {})).toBeUndefined();
    },
  );

  it('is what the fleet asks for and a little more, or none where that is too long', () => {
    const waitMs = retryDelay(failed('RATE_LIMITED', 3000), 0, {});
    expect(waitMs).toBeGreaterThanOrEqual(3000);
    expect(waitMs).toBeLessThan(3200);
    expect(retryDelay(failed('UNAVAILABLE', 60_000), 0, {})).toBeUndefined();
  });
});

describe('parseRetryAfter', () => {
  it.each([
    ['seconds', '2', 2000],
    ['a date', 'Fri, 20 Nov 2026 02:00:05 GMT', 5000],
    ['a date that is over', 'Fri, 20 Nov 2026 01:00:05 GMT', 0],
    ['nothing', null, undefined],
    ['nonsense', 'soon', undefined],
  ])('reads %s', (_what, header, ms) => {
    expect(parseRetryAfter(header, Date.parse('2026-11-20T02:00:00Z'))).toBe(ms);
  });
});
