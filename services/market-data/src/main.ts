import { openEnvironment, runService } from '@quotefleet/service-kit';
import { parseMarketDataConfig, readEnv } from './config.ts';
import { createMarketDataService } from './context.ts';

await runService(async () => createMarketDataService(parseMarketDataConfig(await openEnvironment(readEnv()))));
