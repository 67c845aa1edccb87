import { parseLocalConfig, readEnv } from './config.ts';
import { runUntilStopped } from './launch/launch.ts';
import { startLocal } from './local/start-local.ts';

await runUntilStopped((launch) => startLocal(parseLocalConfig(readEnv()), launch));
