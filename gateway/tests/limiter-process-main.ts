import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { withDenyCache } from '../src/rate-limit/deny-cache.ts';
import { openRedisRateLimiter } from '../src/rate-limit/redis-rate-limiter.ts';
import type { LimiterCount, LimiterJob } from './limiter-processes.ts';

/** What is counted here is tokens, on a machine that does other things too. */
const PATIENT_MS = 10_000;

const url = process.argv[2] ?? '';
const redis = await openRedisRateLimiter({ url, onError: () => undefined, commandTimeoutMs: PATIENT_MS });

process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  const count = await work(JSON.parse(line) as LimiterJob);
  process.stdout.write(`${JSON.stringify(count)}\n`);
}

async function work({ buckets, cost, durationMs, lanes, spare }: LimiterJob): Promise<LimiterCount> {
  const count: LimiterCount = { admitted: 0, refused: 0, heldBack: 0, asked: 0 };
  const takeBack = () => {
    count.asked -= 1;
  };
  const limiter = spare ? withDenyCache(redis, { onDenied: takeBack }) : redis;
  const claims = buckets.map(({ key, ...size }) => ({ key, policy: { name: key, ...size } }));
  const end = performance.now() + durationMs;
  const takeUntilTheEnd = async () => {
    while (performance.now() < end) {
      count.asked += 1;
      const { allowed, levels } = await limiter.take(claims, cost);
      if (allowed) count.admitted += 1;
      else count.refused += 1;
      if (!allowed && (levels[0]?.remaining ?? 0) >= cost) count.heldBack += 1;
      // What is refused without a call would keep every other lane from its turn.
      await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: lanes }, takeUntilTheEnd));
  return count;
}
