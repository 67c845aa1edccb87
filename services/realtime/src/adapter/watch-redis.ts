import type { Cluster, Redis } from '@quotefleet/service-kit/redis';

const ASK_EVERY_MS = 3000;

/**
 * A connection whose other end went without a word looks alive: it is asked for a sign of life, and made anew where none
 * has come by the next time. Of a cluster one node is asked, another each time.
 * @returns what ends the watch
 */
export function watchRedis(redis: Redis | Cluster): () => void {
  let isWaiting = false;
  const answered = () => {
    isWaiting = false;
  };
  const timer = setInterval(() => {
    if (redis.status !== 'ready') return answered();
    if (!isWaiting) {
      isWaiting = true;
      redis.ping().then(answered, answered);
      return;
    }
    answered();
    redis.disconnect(true);
  }, ASK_EVERY_MS).unref();
  return () => clearInterval(timer);
}
