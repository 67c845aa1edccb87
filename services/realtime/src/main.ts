import { runService } from '@quotefleet/service-kit';
import { parseRealtimeConfig, readEnv } from './config.ts';
import { createRealtimeService } from './server.ts';

await runService(() => createRealtimeService(parseRealtimeConfig(readEnv())));
