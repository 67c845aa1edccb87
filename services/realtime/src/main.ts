import { openEnvironment, runService } from '@quotefleet/service-kit';
import { parseRealtimeConfig, readEnv } from './config.ts';
import { createRealtimeService } from './server.ts';

await runService(async () => createRealtimeService(parseRealtimeConfig(await openEnvironment(readEnv()))));
