import { describe, expect, it } from '@jest/globals';
import { type Ending, judgeEnding } from './return-rule.ts';

const ending: Ending = { code: 'NETWORK', reason: 'r', isDismissal: false, retryAfterMs: undefined, wasOpen: true };
const judge = (part: Partial<Ending>, { canRenew = false, refusals = 0 } = {}) =>
  judgeEnding({ ...ending, ...part }, { canRenew, refusals });
const again = { returns: true, renews: false, afterMs: undefined };

describe('judgeEnding', () => {
  it.each(['NETWORK', 'SILENT', 'SLOW_CONSUMER', 'TOO_MANY_CALLS', 'UNAVAILABLE', 'RATE_LIMITED'])(
    'returns after %s',
    (code) => {
      expect(judge({ code })).toEqual(again);
      expect(judge({ code, isDismissal: true, wasOpen: false })).toEqual(again);
    },
  );

  it('returns when the fleet says', () => {
    expect(judge({ code: 'SERVER_STOPPING', retryAfterMs: 1234 })).toEqual({ ...again, afterMs: 1234 });
  });

  it.each(['REVOKED', 'KICKED'])('stays away after %s with a dismissal, and returns without', (code) => {
    expect(judge({ code, isDismissal: true })).toEqual({ returns: false });
    expect(judge({ code })).toEqual(again);
  });

  it('returns after an expired token with another one only', () => {
    expect(judge({ code: 'TOKEN_EXPIRED' })).toEqual({ returns: false });
    expect(judge({ code: 'TOKEN_EXPIRED' }, { canRenew: true })).toEqual({ returns: true, renews: true, afterMs: 0 });
  });

  it('tries another token once where the first was refused', () => {
    const refused = { code: 'UNAUTHENTICATED', wasOpen: false };
    expect(judge(refused)).toEqual({ returns: false });
    expect(judge(refused, { canRenew: true })).toMatchObject({ returns: true, renews: true });
    expect(judge(refused, { canRenew: true, refusals: 1 })).toEqual({ returns: false });
  });

  it('stays away where it may not come, and where it was closed', () => {
    expect(judge({ code: 'FORBIDDEN', wasOpen: false }, { canRenew: true })).toEqual({ returns: false });
    expect(judge({ code: 'CLOSED' })).toEqual({ returns: false });
  });
});
