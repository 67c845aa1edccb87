import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';

const CLOSE_MAX_MS = 500;

/** Ends a client after its commands; one that is away would keep `quit` waiting for its return. */
export async function quitRedis(redis: Redis | Cluster): Promise<void> {
  if (redis.status === 'ready')
    await Promise.race([redis.quit().catch(() => undefined), sleep(CLOSE_MAX_MS, undefined, { ref: false })]);
  redis.disconnect();
}
