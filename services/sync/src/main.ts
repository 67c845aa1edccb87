import { openEnvironment, runService } from '@quotefleet/service-kit';
import { parseSyncConfig, readEnv } from './config.ts';
import { createSyncService } from './server.ts';

await runService(async () => createSyncService(parseSyncConfig(await openEnvironment(readEnv()))));
