import { join } from 'node:path';
import type { RunFile } from '@quotefleet/cli';
import type { FleetConfig } from '../config.ts';
import { announcement } from '../launch/announce.ts';
import { claimForStart } from '../launch/claim.ts';
import { settleApiKey, settleMasterKey } from '../launch/data-dir.ts';
import { databasesOf } from '../launch/databases.ts';
import type { Launch } from '../launch/launch.ts';
import { RotatingFile } from '../launch/rotating-file.ts';
import { removeRunFile, toRunFile, writeRunFile } from '../launch/run-file.ts';
import { assertEnvironment, loadServices } from '../launch/service-modules.ts';
import { waitReady } from '../launch/wait-ready.ts';
import { ChildService, type ChildSpec } from './child-service.ts';
import { assertServersFound, startServers } from './servers.ts';
import { planServices } from './service-plan.ts';

const READY_TIMEOUT_MS = 120_000;

/** Fleet mode: every service a process of its own, against real PostgreSQL, Kafka and Redis. */
export async function startFleet(config: FleetConfig, launch: Launch): Promise<void> {
  const startedMs = performance.now();
  const seconds = () => ((performance.now() - startedMs) / 1000).toFixed(1);
  const { dataDir } = config;
  assertEnvironment(await loadServices(), config.env);
  assertServersFound(config);
  await claimForStart(config, launch);
  launch.checkpoint();
  launch.say('Quotefleet starts in fleet mode ...');
  const apiKey = settleApiKey(dataDir, config.apiKey);
  const masterKey = settleMasterKey(dataDir, config.masterKey);
  const servers = await startServers(config, launch);
  launch.checkpoint();
  launch.say(`  PostgreSQL, Kafka and Redis up after ${seconds()} s`);

  const databases = databasesOf(config.env, servers.databaseUrl);
  const specs = await planServices(config, { servers, databases, apiKey, masterKey });
  const gatewayUrl = specs.at(-1)?.url ?? '';
  const children: ChildService[] = [];
  let ready = false;
  const runFile = () =>
    toRunFile(dataDir, { mode: 'fleet', gatewayUrl, services: runFileServices(children), databases });
  const publish = () => {
    if (ready && !launch.stopping) writeRunFile(dataDir, runFile());
  };
  const failed = Promise.withResolvers<never>();
  for (const spec of specs) {
    const log = new RotatingFile(join(dataDir, 'logs', `${spec.name}.log`));
    const watch = { log, say: launch.say, onStart: publish, onFailedStart: failed.reject };
    children.push(new ChildService(spec, watch));
  }
  launch.closers.add('services', () => Promise.all(children.map((child) => child.stop())));
  const realtime = children.filter(({ spec }) => spec.name.startsWith('realtime'));
  // The first to stop: through a gateway that stands, their clients hear that they do.
  launch.closers.add('sockets', () => Promise.all(realtime.map((child) => child.stop())));
  launch.closers.add('run file', async () => removeRunFile(dataDir));
  for (const child of children) child.start();
  await Promise.race([failed.promise, allReady(specs, launch)]);
  for (const child of children) child.markStarted();
  ready = true;
  publish();
  launch.say(`Ready after ${seconds()} s.`);
  for (const line of announcement(runFile(), apiKey)) launch.say(line);
}

async function allReady(specs: readonly ChildSpec[], launch: Launch): Promise<void> {
  const gatewayUrl = specs.at(-1)?.url ?? '';
  await Promise.all(specs.map(({ url }) => waitReady(`${url}/health/ready`, READY_TIMEOUT_MS, launch)));
  await waitReady(`${gatewayUrl}/health/fleet`, READY_TIMEOUT_MS, launch);
}

function runFileServices(children: readonly ChildService[]): RunFile['services'] {
  return Object.fromEntries(children.map(({ spec, pid }) => [spec.name, { url: spec.url, pid }]));
}
