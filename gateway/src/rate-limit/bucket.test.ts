import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createInMemoryRateLimiter } from './in-memory-rate-limiter.ts';

jest.setTimeout(30_000);

const policies = fc.record({
  name: fc.constant('any'),
  capacity: fc.integer({ min: 1, max: 100_000 }),
  refillPerSecond: fc.oneof(
    fc.integer({ min: 1, max: 100_000 }),
    fc.integer({ min: 1, max: 10_000 }).map((n) => n / 1000),
  ),
});
const smallPolicies = policies.map((policy) => ({ ...policy, capacity: Math.min(policy.capacity, 500) }));
const steps = fc.array(
  fc.record({ waitUs: fc.integer({ min: 0, max: 5_000_000 }), cost: fc.integer({ min: 1, max: 50 }) }),
  { minLength: 1, maxLength: 200 },
);

/** A limiter whose clock the test holds. */
function clocked() {
  const clock = { us: 1_700_000_000_000_000 };
  return { clock, limiter: createInMemoryRateLimiter(() => clock.us) };
}

describe('the maths of a token bucket', () => {
  it('never lets more through than capacity and refill, nor holds back a token that is there', async () => {
    await fc.assert(
      fc.asyncProperty(policies, steps, async (policy, calls) => {
        const { clock, limiter } = clocked();
        // The same bucket in exact fractions, as the definition has it.
        let exact = policy.capacity;
        let taken = 0;
        for (const { waitUs, cost } of calls) {
          clock.us += waitUs;
          exact = Math.min(policy.capacity, exact + (waitUs / 1e6) * policy.refillPerSecond);
          const { allowed } = await limiter.take([{ key: 'k', policy }], cost);
          const price = Math.min(cost, policy.capacity);
          // A millionth of a token may be lost with each call that was let through.
          const slack = (taken + 1) * 2e-6 + 1e-9 * policy.capacity;
          if (allowed) expect(exact).toBeGreaterThanOrEqual(price - slack);
          else expect(exact).toBeLessThan(price + slack);
          if (!allowed) continue;
          exact -= price;
          taken += 1;
        }
      }),
    );
  });

  it('lets a call through at the moment that it named, and not a millisecond before', async () => {
    await fc.assert(
      fc.asyncProperty(smallPolicies, fc.integer({ min: 1, max: 50 }), steps, async (policy, cost, calls) => {
        const { clock, limiter } = clocked();
        const take = () => limiter.take([{ key: 'k', policy }], cost);
        for (const { waitUs } of calls.slice(0, 20)) {
          clock.us += waitUs;
          await take();
        }
        let verdict = await take();
        for (let call = 0; verdict.allowed && call < 1000; call++) verdict = await take();
        const retryUs = (verdict.levels[0]?.retryMs ?? 0) * 1000;
        expect(retryUs).toBeGreaterThan(0);
        clock.us += retryUs - 1000;
        expect((await take()).allowed).toBe(false);
        clock.us += 1000;
        expect((await take()).allowed).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('refills nothing when the clock goes back', async () => {
    const { clock, limiter } = clocked();
    const policy = { name: 'any', capacity: 2, refillPerSecond: 1 };
    for (let call = 0; call < 2; call++) await limiter.take([{ key: 'k', policy }], 1);
    clock.us -= 60_000_000;
    expect(await limiter.take([{ key: 'k', policy }], 1)).toMatchObject({
      allowed: false,
      levels: [{ remaining: 0, retryMs: 1000 }],
    });
  });

  it('keeps the fractions of a slow bucket that is asked all the time', async () => {
    const { clock, limiter } = clocked();
    const policy = { name: 'any', capacity: 1, refillPerSecond: 0.1 };
    let allowed = 0;
    for (let call = 0; call < 100_000; call++) {
      if ((await limiter.take([{ key: 'k', policy }], 1)).allowed) allowed += 1;
      clock.us += 1003;
    }
    expect(allowed).toBe(1 + 10);
  });
});
