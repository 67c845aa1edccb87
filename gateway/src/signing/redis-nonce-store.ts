import { unavailable } from '@quotefleet/service-kit';
import { connectRedis } from '@quotefleet/service-kit/redis';
import type { NonceStore } from './nonce-store.ts';

const PREFIX = 'qf:nonce:';
const COMMAND_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 2000;
const RECONNECT_MS_MAX = 2000;
/** ioredis waits so long for the end of a connection, also of one that has ended, and keeps the process meanwhile. */
const DISCONNECT_MS_MAX = 100;

/**
 * Nonces that all nodes of the gateway share. While Redis cannot be asked no signed request is taken: the one that is
 * replayed could be among them.
 */
export function createRedisNonceStore(url: string, onTrouble: (reason: string) => void): NonceStore {
  const redis = connectRedis(url, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_MS_MAX,
    enableAutoPipelining: true,
    enableOfflineQueue: true,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(50 * attempt, RECONNECT_MS_MAX),
  });
  redis.on('error', (error: Error) => onTrouble(error.message));
  return {
    async claim(nonce, ttlMs) {
      try {
        return (await redis.set(PREFIX + nonce, 1, 'PX', ttlMs, 'NX')) === 'OK';
      } catch (error) {
        throw unavailable('signed requests cannot be checked now, try again', { cause: error });
      }
    },
    close: async () => redis.disconnect(),
  };
}
