import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { withDenyCache } from '../src/rate-limit/deny-cache.ts';
import { openRedisRateLimiter } from '../src/rate-limit/redis-rate-limiter.ts';
import type { LimiterCount, LimiterJob } from './limiter-processes.ts';

/** What is counted here is tokens, on a machine that does other things too. */
const PATIENT_MS = 10_000;

const { url, buckets, cost, durationMs, lanes, spare } = JSON.parse(process.argv[2] ?? '') as LimiterJob;
const redis = await openRedisRateLimiter({ url, onError: () => undefined, commandTimeoutMs: PATIENT_MS });
const count: LimiterCount = { admitted: 0, asked: 0 };
const limiter = spare ? withDenyCache(redis, { onDenied: takeBack }) : redis;
const claims = buckets.map(({ key, ...size }) => ({ key, policy: { name: key, ...size } }));

process.stdout.write('ready\n');
await once(process.stdin, 'data');
const end = performance.now() + durationMs;
await Promise.all(Array.from({ length: lanes }, takeUntilTheEnd));
await redis.close();
process.stdout.write(`${JSON.stringify(count)}\n`);
process.exit();

function takeBack(): void {
  count.asked -= 1;
}

async function takeUntilTheEnd(): Promise<void> {
  while (performance.now() < end) {
    count.asked += 1;
    if ((await limiter.take(claims, cost)).allowed) count.admitted += 1;
    // What is refused without a call would keep every other lane from its turn.
    await nextTurn();
  }
}
