import { createInMemoryRateLimiter } from './in-memory-rate-limiter.ts';
import { describeRateLimiter } from './rate-limiter-contract.ts';

describeRateLimiter('in-memory rate limiter', async () => {
  let nowUs = 0;
  const advance = async (ms: number) => {
    nowUs += ms * 1000;
  };
  return { limiter: createInMemoryRateLimiter(() => nowUs), advance };
});
