import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '@quotefleet/service-kit';
import type { GatewayEvents } from '../events.ts';
import { GatewayFileError, parseGatewayFile } from './parse-gateway-file.ts';
import type { GatewayFile } from './sections.ts';

/** The file is looked at rather than watched: this also sees files that are mounted, linked or put in by a rename. */
const LOOK_INTERVAL_MS = 1000;

/** The gateway's file, read again whenever it has changed. */
export interface ConfigFile {
  /**
   * Hands sections over at once and again whenever one has changed; those that the file has not are absent. All followers
   * are told in the same turn, in the order in which they came, so no request sees one section new and another old.
   * A follower must not throw: what can be wrong is for the section's schema to find.
   */
  follow<N extends keyof GatewayFile>(names: readonly N[], tell: (sections: Pick<GatewayFile, N>) => void): void;
  /** Reads it now. Never throws: a file that cannot be used is told of, and the one before stays. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the gateway's file; without a path there is none, and every section stays undefined.
 * @throws ConfigError where it cannot be read or used
 */
export async function openConfigFile(path: string | undefined, events: GatewayEvents): Promise<ConfigFile> {
  let current = path === undefined ? {} : await firstOf(path);
  const followers: ((before: GatewayFile) => void)[] = [];
  let reloading = Promise.resolve();

  async function read(file: string): Promise<void> {
    try {
      const before = current;
      current = await readGatewayFile(file);
      if (isDeepStrictEqual(before, current)) return;
      for (const follow of followers) follow(before);
      events.configReloaded(file);
    } catch (error) {
      events.configRefused(file, error);
    }
  }
  const reload = () => {
    if (path !== undefined) reloading = reloading.then(() => read(path));
    return reloading;
  };
  const reloadSoon = () => void reload();

  if (path !== undefined) {
    watchFile(path, { interval: LOOK_INTERVAL_MS, persistent: false }, reloadSoon);
    process.on('SIGHUP', reloadSoon);
  }
  return {
    follow(names, tell) {
      followers.push((before) => {
        if (names.some((name) => !isDeepStrictEqual(before[name], current[name]))) tell(current);
      });
      tell(current);
    },
    reload,
    async close() {
      if (path !== undefined) unwatchFile(path, reloadSoon);
      process.off('SIGHUP', reloadSoon);
      await reloading;
    },
  };
}

async function firstOf(path: string): Promise<GatewayFile> {
  try {
    return await readGatewayFile(path);
  } catch (error) {
    const reason = error instanceof GatewayFileError ? error.message : `${path}: ${String(error)}`;
    throw new ConfigError(`QF_GATEWAY_CONFIG: ${reason}`, { cause: error });
  }
}

const readGatewayFile = async (path: string) => parseGatewayFile(path, await readFile(path, 'utf8'));
