import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findNative, KAFKA_VERSION } from './find-native.ts';
import { type InstallTools, installServers } from './install.ts';

const redis = '#!/bin/sh\necho "Redis server v=7.0.15 sha=0"';
const java = '#!/bin/sh\necho \'openjdk version "17.0.15" 2025-04-15\' >&2';
const influxd = '#!/bin/sh\necho "InfluxDB v1.6.7~rc0 (git: unknown unknown)"';
const mariadbd = '#!/bin/sh\necho "mariadbd  Ver 10.11.11-MariaDB for debian-linux-gnu"';

describe('installing the native servers', () => {
  let machine = '';
  let said: string[] = [];
  let ran: string[] = [];

  beforeEach(() => {
    machine = mkdtempSync(join(tmpdir(), 'quotefleet-machine-'));
    mkdirSync(join(machine, 'bin'));
    said = [];
    ran = [];
  });
  afterEach(() => rmSync(machine, { recursive: true, force: true }));

  function addProgram(name: string, script = '#!/bin/sh'): void {
    writeFileSync(join(machine, 'bin', name), script);
    chmodSync(join(machine, 'bin', name), 0o755);
  }

  /** A machine whose apt-get and mvn do what the real ones would. */
  function tools(isRoot = true): InstallTools {
    const bin = join(machine, 'bin');
    const config = { path: [bin], javaHome: undefined, kafkaHome: undefined, cacheDir: join(machine, 'cache') };
    const run = (command: string, args: string[]) => {
      ran.push([command, ...args].join(' ').replaceAll(machine, ''));
      if (args.includes('redis-server')) addProgram('redis-server', redis);
      if (args.includes('default-jre-headless')) addProgram('java', java);
      if (args.includes('maven')) addProgram('mvn');
      if (args.includes('influxdb')) addProgram('influxd', influxd);
      if (args.includes('mariadb-server')) {
        addProgram('mariadbd', mariadbd);
        addProgram('mariadb-install-db');
      }
      if (args.includes('nginx-light')) addProgram('nginx');
      const target = args.find((arg) => arg.startsWith('-DoutputDirectory='))?.split('=')[1];
      if (target) writeFileSync(join(target, `kafka_2.13-${KAFKA_VERSION}.jar`), '');
    };
    return { config, isRoot, say: (sentence) => void said.push(sentence), run };
  }

  it('installs everything that a bare Debian lacks', () => {
    addProgram('apt-get');
    expect(installServers(tools())).toEqual([]);
    expect(ran.slice(0, 2)).toEqual([
      'env DEBIAN_FRONTEND=noninteractive /bin/apt-get update -qq',
      'env DEBIAN_FRONTEND=noninteractive /bin/apt-get install -y -qq --no-install-recommends redis-server default-jre-headless maven influxdb mariadb-server nginx-light',
    ]);
    expect(findNative(tools().config).kafka).toMatchObject({ version: KAFKA_VERSION, java: join(machine, 'bin/java') });
    expect(existsSync(join(machine, 'cache/kafka', KAFKA_VERSION, 'libs.partial'))).toBe(false);
  });

  it('runs nothing when everything is here', () => {
    addProgram('apt-get');
    installServers(tools());
    ran = [];
    said = [];
    expect(installServers(tools())).toEqual([]);
    expect(ran).toEqual([]);
    expect(said.map((sentence) => /^(.*): already here/.exec(sentence)?.[1])).toEqual([
      'redis-server',
      'InfluxDB',
      'MariaDB',
      'nginx',
      `Kafka ${KAFKA_VERSION}`,
    ]);
  });

  it('tells an ordinary user what to install', () => {
    addProgram('apt-get');
    expect(installServers(tools(false))).toHaveLength(6);
    expect(ran).toEqual([]);
    expect(said).toEqual([
      'Missing: redis-server, default-jre-headless, maven, influxdb, mariadb-server, nginx-light. As root: apt-get install redis-server default-jre-headless maven influxdb mariadb-server nginx-light',
    ]);
  });

  it('refuses programs of another version', () => {
    addProgram('influxd', influxd.replace('v1.6.7', 'v2.7.1'));
    addProgram('mariadbd', mariadbd);
    addProgram('redis-server', redis.replace('7.0.15', '6.0.16'));
    addProgram('java', java.replace('17.0.15', '11.0.2'));
    expect(findNative(tools().config).missing).toMatchObject({
      redis: `redis-server 7 or later is needed, ${machine}/bin/redis-server is version 6 (npm run servers installs it)`,
      java: `Java 17 or later is needed for Kafka, ${machine}/bin/java is version 11 (npm run servers installs it)`,
      influx: `influxd 1.x is needed, ${machine}/bin/influxd is version 2 (npm run servers installs it)`,
      mariadb: 'MariaDB 10 or later is needed, there is no mariadb-install-db on PATH (npm run servers installs it)',
    });
  });
});
