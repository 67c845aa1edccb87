import { join } from 'node:path';
import type { LaunchConfig } from '../config.ts';
import { announcement } from '../launch/announce.ts';
import { claimForStart } from '../launch/claim.ts';
import { settleApiKey, settleMasterKey } from '../launch/data-dir.ts';
import { databasesOf } from '../launch/databases.ts';
import type { Launch } from '../launch/launch.ts';
import { RotatingFile } from '../launch/rotating-file.ts';
import { removeRunFile, toRunFile, writeRunFile } from '../launch/run-file.ts';
import { assertEnvironment, loadServices } from '../launch/service-modules.ts';
import { together } from '../launch/together.ts';
import { LOCAL_TOPICS } from '../launch/topics.ts';
import { waitReady } from '../launch/wait-ready.ts';
import { startServices } from './service-set.ts';

const READY_TIMEOUT_MS = 60_000;

/** Local mode: every service in this process, an in-process bus, and a PostgreSQL of its own. */
export async function startLocal(config: LaunchConfig, launch: Launch): Promise<void> {
  const startedMs = performance.now();
  const { dataDir } = config;
  const modules = await loadServices();
  assertEnvironment(modules, config.env);
  await claimForStart(config, launch);
  launch.checkpoint();
  launch.say('Quotefleet starts in local mode ...');
  const apiKey = settleApiKey(dataDir, config.apiKey);
  const masterKey = settleMasterKey(dataDir, config.masterKey);
  const [databaseUrl, bus] = await together([startDatabase(dataDir, launch), startBus(dataDir, launch)]);
  launch.checkpoint();
  launch.say(`  database and bus up after ${secondsSince(startedMs)} s`);
  const databases = databasesOf(config.env, databaseUrl);
  const { gateway, services } = await startServices({ config, modules, databases, bus, apiKey, masterKey, launch });
  launch.checkpoint();
  await waitReady(`${gateway.url}/health/fleet`, READY_TIMEOUT_MS, launch);
  const run = toRunFile(dataDir, { mode: 'local', gatewayUrl: gateway.url, services, databases });
  launch.closers.add('run file', async () => removeRunFile(dataDir));
  writeRunFile(dataDir, run);
  launch.say(`Ready after ${secondsSince(startedMs)} s.`);
  for (const line of announcement(run, apiKey)) launch.say(line);
}

async function startDatabase(dataDir: string, launch: Launch): Promise<string> {
  const { startPostgres } = await import('@quotefleet/native-servers');
  const log = new RotatingFile(join(dataDir, 'logs', 'postgres.log'));
  const postgres = await startPostgres({
    dataDir: join(dataDir, 'postgres'),
    database: 'quotefleet',
    persistent: true,
    log: (line) => log.write(`${line}\n`),
  });
  launch.closers.add('PostgreSQL', () => postgres.stop());
  return postgres.url;
}

async function startBus(dataDir: string, launch: Launch) {
  const { createInProcessBus } = await import('@quotefleet/messaging');
  const bus = createInProcessBus({ journalDir: join(dataDir, 'bus') });
  launch.closers.add('bus', () => bus.close());
  await bus.ensureTopics(LOCAL_TOPICS);
  return bus;
}

function secondsSince(startedMs: number): string {
  return ((performance.now() - startedMs) / 1000).toFixed(1);
}
