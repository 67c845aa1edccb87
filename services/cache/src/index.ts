export { type CacheConfig, parseCacheConfig } from './config.ts';
export type { CacheOverrides } from './context.ts';
export { createCacheService } from './server.ts';
