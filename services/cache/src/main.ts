import { openEnvironment, runService } from '@quotefleet/service-kit';
import { parseCacheConfig, readEnv } from './config.ts';
import { createCacheService } from './server.ts';

await runService(async () => createCacheService(parseCacheConfig(await openEnvironment(readEnv()))));
