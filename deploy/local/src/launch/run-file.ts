import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_KEY_FILE, RUN_FILE, type RunFile } from '@quotefleet/cli';

type RunFacts = Pick<RunFile, 'mode' | 'gatewayUrl' | 'services' | 'databases'>;

/** The facts about a running fleet, as scripts and the CLI find them. */
export function toRunFile(dataDir: string, { mode, gatewayUrl, services, databases }: RunFacts): RunFile {
  return {
    mode,
    pid: process.pid,
    startedAt: new Date().toISOString(),
    gatewayUrl,
    docsUrl: `${gatewayUrl}/api/docs`,
    apiKeyFile: join(dataDir, API_KEY_FILE),
    logsDir: join(dataDir, 'logs'),
    services,
    databases,
  };
}

/** Replaces the run file as a whole: a reader never sees half of one. */
export function writeRunFile(dataDir: string, run: RunFile): void {
  const path = join(dataDir, RUN_FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(run, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function removeRunFile(dataDir: string): void {
  rmSync(join(dataDir, RUN_FILE), { force: true });
}
