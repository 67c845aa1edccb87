export { type Cluster, connectRedis, envRedisUrl, type Redis } from './connect-redis.ts';
