import { resolve } from 'node:path';

/** The servers that a test can ask for. */
export const SERVER_NAMES = ['postgres', 'redis', 'kafka', 'tdengine', 'influx', 'mariadb'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

/** What the person or the CI that runs the tests decides. */
export interface TestConfig {
  /** Addresses of servers that run already, by server. */
  given: Partial<Record<ServerName, string>>;
  /** Servers without which the run fails instead of skipping. */
  required: ServerName[];
  dockerHost: string | undefined;
}

export function readTestConfig(env: NodeJS.ProcessEnv = process.env): TestConfig {
  const given: TestConfig['given'] = {};
  const variables = {
    postgres: env.QF_TEST_POSTGRES_URL,
    redis: env.QF_TEST_REDIS_URL,
    kafka: env.QF_TEST_KAFKA_BROKERS,
    tdengine: env.QF_TDENGINE_URL,
    influx: env.QF_TEST_INFLUX_URL,
    mariadb: env.QF_TEST_MARIADB_URL,
  };
  for (const name of SERVER_NAMES) if (variables[name]) given[name] = variables[name];
  return { given, required: parseRequired(env.QF_REQUIRE ?? ''), dockerHost: env.DOCKER_HOST || undefined };
}

function parseRequired(list: string): ServerName[] {
  const names = list.split(',').map((name) => name.trim());
  return names
    .filter((name) => name !== '')
    .map((name) => {
      const known = SERVER_NAMES.find((server) => server === name);
      if (known) return known;
      throw new Error(`QF_REQUIRE: expected names out of ${SERVER_NAMES.join(', ')}, found "${name}"`);
    });
}

/** True on a build machine. */
export function isCi(env: NodeJS.ProcessEnv = process.env): boolean {
  return env.CI !== undefined && env.CI !== '' && env.CI !== 'false';
}

/** Where Node keeps the code it has compiled: a program that tests start many times then starts twice as fast. */
const COMPILED = resolve(import.meta.dirname, '../../../node_modules/.cache/quotefleet-compiled');

/** For the test workers, and the processes to which they pass it on. */
export function keepCompiledCode(): void {
  process.env.NODE_COMPILE_CACHE ??= COMPILED;
}

/** What the global setup tells the test workers, which are processes of their own. */
export interface DeskNote {
  /** Where to ask for a server. */
  url: string;
  /** Why a server is not to be had on this machine. */
  missing: Partial<Record<ServerName, string>>;
}

const NOTE = 'QF_TEST_DESK';

export function leaveDeskNote(note: DeskNote): void {
  process.env[NOTE] = JSON.stringify(note);
}

export function readDeskNote(env: NodeJS.ProcessEnv = process.env): DeskNote {
  const note = env[NOTE];
  if (note === undefined) throw new Error('describeWith needs the global setup of jest.preset.js, which did not run');
  return JSON.parse(note) as DeskNote;
}
