import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { z } from 'zod';
import { ConfigError } from '../config/parse-config.ts';

export type { Cluster, Redis } from 'ioredis';

const URL_FORM = /^rediss?(?:\+cluster)?:$/;
const CLUSTER_FORM = /\+cluster:$/;
const EXPECTED = 'expected redis://host:port, or redis+cluster://host:port of nodes of a cluster, separated by commas';
const DEFAULT_PORT = 6379;
/** A slot moves once; what is asked for again more often than that is not to be had now. */
const REDIRECTIONS_MAX = 4;
const TRY_AGAIN_MS = 10;
const SLOTS_REFRESH_MS = 5000;
/** A connection that lets a command wait so long is made anew: its other end may have gone without a word. */
const SILENCE_MAX_MS = 5000;

/** `QF_REDIS_URL`: one primary, or some nodes of a cluster. */
export const envRedisUrl = z.string().refine(isRedisUrl, EXPECTED);

/**
 * A client of the Redis, or of the Redis Cluster, that a URL names. A cluster's is asked by the same commands, each of
 * whose keys must lie in one slot; a command that a node does not answer fails as it does with one Redis, and nothing
 * waits for a cluster that is down.
 * @throws ConfigError where it is no such URL
 */
export function connectRedis(url: string, options: RedisOptions): Redis | Cluster {
  if (!isRedisUrl(url)) throw new ConfigError(EXPECTED);
  const nodes = url.split(',').map((node) => new URL(node.trim()));
  const [first] = nodes;
  if (!first || !CLUSTER_FORM.test(first.protocol))
    return new Redis(url, { socketTimeout: SILENCE_MAX_MS, ...options });
  const { enableOfflineQueue = true, lazyConnect = false, retryStrategy, enableAutoPipelining = false } = options;
  const { commandTimeout, connectTimeout, disconnectTimeout } = options;
  const limits = Object.entries({ commandTimeout, connectTimeout, disconnectTimeout }).filter(
    ([, ms]) => ms !== undefined,
  );
  const isTls = first.protocol.startsWith('rediss');
  return new Cluster(
    nodes.map(({ hostname, port }) => ({ host: hostname, port: Number(port) || DEFAULT_PORT })),
    {
      enableOfflineQueue,
      lazyConnect,
      enableAutoPipelining,
      ...(retryStrategy ? { clusterRetryStrategy: retryStrategy as (attempt: number) => number } : {}),
      shardedSubscribers: true,
      maxRedirections: REDIRECTIONS_MAX,
      retryDelayOnTryAgain: TRY_AGAIN_MS,
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      slotsRefreshInterval: SLOTS_REFRESH_MS,
      // Certificates are of names, which a lookup would replace by addresses.
      ...(isTls ? { dnsLookup: (name: string, done: (error: null, address: string) => void) => done(null, name) } : {}),
      redisOptions: {
        socketTimeout: SILENCE_MAX_MS,
        ...Object.fromEntries(limits),
        ...(first.username ? { username: decodeURIComponent(first.username) } : {}),
        ...(first.password ? { password: decodeURIComponent(first.password) } : {}),
        ...(isTls ? { tls: {} } : {}),
      },
    },
  );
}

function isRedisUrl(text: string): boolean {
  const urls = text.split(',').map((url) => URL.parse(url.trim()));
  const [first] = urls;
  if (!first || !URL_FORM.test(first.protocol) || first.hostname === '') return false;
  if (urls.length > 1 && !CLUSTER_FORM.test(first.protocol)) return false;
  return urls.every((url) => url?.protocol === first.protocol && url.hostname !== '');
}
