import { parseFleetConfig, readEnv } from './config.ts';
import { startFleet } from './fleet/start-fleet.ts';
import { runUntilStopped } from './launch/launch.ts';

await runUntilStopped((launch) => startFleet(parseFleetConfig(readEnv()), launch));
