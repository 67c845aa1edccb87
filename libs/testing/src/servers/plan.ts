import { findNative, type NativeServers } from '@quotefleet/native-servers';
import { SERVER_NAMES, type ServerName, type TestConfig } from '../config.ts';
import { dockerAnswers } from './docker.ts';
import type { Source } from './source.ts';

/** The servers that are started in Docker where a daemon answers; the others are native always. */
const IN_DOCKER: readonly ServerName[] = ['redis', 'kafka'];

/** Where each server of a run comes from. */
export type Plan = Record<ServerName, Source>;

/** Decides for each server, without starting any: a given address, else Docker, else the native program, else none. */
export async function makePlan(config: TestConfig, native: NativeServers = findNative()): Promise<Plan> {
  const docker = config.given.redis && config.given.kafka ? false : await dockerAnswers(config.dockerHost);
  const choose = (name: ServerName): Source => {
    const address = config.given[name];
    if (address !== undefined) return { from: 'given', address };
    if (name === 'tdengine') return { from: 'nowhere', reason: 'QF_TDENGINE_URL names no server' };
    if (docker && IN_DOCKER.includes(name)) return { from: 'docker' };
    const reason = native.missing[name];
    if (reason === undefined) return { from: 'native' };
    return { from: 'nowhere', reason: IN_DOCKER.includes(name) ? `${reason}; no Docker daemon answers` : reason };
  };
  return Object.fromEntries(SERVER_NAMES.map((name) => [name, choose(name)])) as Plan;
}

/** The reason for each server that this run cannot have. */
export function missingServers(plan: Plan): Partial<Record<ServerName, string>> {
  const missing: Partial<Record<ServerName, string>> = {};
  for (const name of SERVER_NAMES) {
    const source = plan[name];
    if (source.from === 'nowhere') missing[name] = source.reason;
  }
  return missing;
}
