import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findProgram, type NativeConfig, readNativeConfig } from './config.ts';
import { findNative, KAFKA_VERSION, kafkaLibs } from './find-native.ts';

const POM = resolve(import.meta.dirname, '..', 'kafka-pom.xml');

/** What the installer may do on this machine; tests put their own in its place. */
export interface InstallTools {
  config: NativeConfig;
  isRoot: boolean;
  say: (sentence: string) => void;
  /** Runs a command with its output shown; fails with a sentence when it fails. */
  run: (command: string, args: string[]) => void;
}

/**
 * Installs what the native servers need and the machine lacks: redis-server, Java, InfluxDB, MariaDB and nginx by apt-get (as
 * root on a system that has it), Kafka's jars by Maven. Answers one sentence for each thing that is still missing.
 */
export function installServers(tools: InstallTools): string[] {
  const { config, say } = tools;
  const before = findNative(config);
  const packages = neededPackages(config, before.missing);
  if (packages.length > 0) installPackages(packages, tools);
  if (before.redis) say(`redis-server: already here (${before.redis}).`);
  if (before.influx) say(`InfluxDB: already here (${before.influx}).`);
  if (before.mariadb) say(`MariaDB: already here (${before.mariadb.server}).`);
  if (before.nginx) say(`nginx: already here (${before.nginx}).`);
  if (before.kafka) say(`Kafka ${before.kafka.version}: already here (${before.kafka.libs}).`);
  else if (config.kafkaHome === undefined && findProgram('mvn', config.path)) installKafka(tools);
  return Object.values(findNative(config).missing);
}

function neededPackages(config: NativeConfig, missing: ReturnType<typeof findNative>['missing']): string[] {
  const packages: string[] = [];
  if (missing.redis !== undefined) packages.push('redis-server');
  if (missing.java !== undefined) packages.push('default-jre-headless');
  if (missing.kafka !== undefined && !findProgram('mvn', config.path)) packages.push('maven');
  if (missing.influx !== undefined) packages.push('influxdb');
  if (missing.mariadb !== undefined) packages.push('mariadb-server');
  if (missing.nginx !== undefined) packages.push('nginx-light');
  return packages;
}

function installPackages(packages: string[], { config, isRoot, say, run }: InstallTools): void {
  const apt = findProgram('apt-get', config.path);
  if (!apt || !isRoot) {
    say(
      `Missing: ${packages.join(', ')}. ${apt ? 'As root: apt-get install' : 'Install with your package manager:'} ${packages.join(' ')}`,
    );
    return;
  }
  say(`Installing ${packages.join(', ')} with apt-get.`);
  const env = ['DEBIAN_FRONTEND=noninteractive'];
  run('env', [...env, apt, 'update', '-qq']);
  run('env', [...env, apt, 'install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

/** Downloads beside the final place, so that an interrupted download does not look like an installed Kafka. */
function installKafka({ config, say, run }: InstallTools): void {
  const libs = kafkaLibs(config);
  const partial = join(dirname(libs), 'libs.partial');
  say(`Fetching Kafka ${KAFKA_VERSION} with Maven into ${libs}.`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${partial}`];
  run('mvn', ['-B', '-q', '-f', POM, `-Dkafka.version=${KAFKA_VERSION}`, ...goal]);
  rmSync(libs, { recursive: true, force: true });
  renameSync(partial, libs);
  say(`Kafka ${KAFKA_VERSION}: installed.`);
}

/** The tools of the real machine. */
export function machineTools(): InstallTools {
  return {
    config: readNativeConfig(),
    isRoot: process.getuid?.() === 0,
    say: (sentence) => process.stdout.write(`${sentence}\n`),
    run(command, args) {
      const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
      if (status === 0) return;
      throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `exit code ${status}`}`);
    },
  };
}
