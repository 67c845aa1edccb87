import { createInMemoryRateLimiter } from './in-memory-rate-limiter.ts';
import { describeRateLimiter } from './rate-limiter-contract.ts';

describeRateLimiter('in-memory rate limiter', async () => {
  let now = 0;
  const advance = async (ms: number) => {
    now += ms;
  };
  return { limiter: createInMemoryRateLimiter(() => now), advance };
});
