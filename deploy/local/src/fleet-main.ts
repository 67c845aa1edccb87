import { openEnvironment } from '@quotefleet/service-kit';
import { asLocal, parseFleetConfig, readEnv } from './config.ts';
import { startFleet } from './fleet/start-fleet.ts';
import { runUntilStopped } from './launch/launch.ts';

await runUntilStopped(async (launch) =>
  startFleet(parseFleetConfig(await openEnvironment(asLocal(readEnv()))), launch),
);
