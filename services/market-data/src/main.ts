import { runService } from '@quotefleet/service-kit';
import { parseMarketDataConfig, readEnv } from './config.ts';
import { createMarketDataService } from './context.ts';

await runService(() => createMarketDataService(parseMarketDataConfig(readEnv())));
