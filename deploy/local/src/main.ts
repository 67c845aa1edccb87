import { openEnvironment } from '@quotefleet/service-kit';
import { asLocal, parseLocalConfig, readEnv } from './config.ts';
import { runUntilStopped } from './launch/launch.ts';
import { startLocal } from './local/start-local.ts';

await runUntilStopped(async (launch) =>
  startLocal(parseLocalConfig(await openEnvironment(asLocal(readEnv()))), launch),
);
