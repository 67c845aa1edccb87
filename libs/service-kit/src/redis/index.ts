export { type Cluster, connectRedis, envRedisUrl, type Redis } from './connect-redis.ts';
export { quitRedis } from './quit-redis.ts';
