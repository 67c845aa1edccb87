import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What a running fleet leaves in its data directory for the CLI and for scripts, readable by its owner alone; gone once it has stopped. */
export const RUN_FILE = 'run.json';
/** The admin key in effect, readable by its owner alone. */
export const API_KEY_FILE = 'api-key';
/** The master keys of a fleet that was given none, readable by its owner alone. */
export const MASTER_KEY_FILE = 'master-key';

export const runFileSchema = z.object({
  mode: z.enum(['local', 'fleet']),
  /** The process that was started, and that takes the signal to stop. */
  pid: z.int(),
  startedAt: z.string(),
  gatewayUrl: z.string(),
  docsUrl: z.string(),
  apiKeyFile: z.string(),
  logsDir: z.string(),
  /** By service; in fleet mode each has a process of its own. */
  services: z.record(z.string(), z.object({ url: z.string(), pid: z.int() })),
  /** With user and password: not to be shown. */
  databases: z
    .object({
      url: z.string(),
      timeSeries: z.object({ driver: z.enum(['postgres', 'tdengine', 'influx']), url: z.string() }),
    })
    .optional(),
});
export type RunFile = z.infer<typeof runFileSchema>;

/** The run file of a data directory, where there is a readable one. */
export function readRunFile(dataDir: string): RunFile | undefined {
  const text = readText(join(dataDir, RUN_FILE));
  if (text === undefined) return undefined;
  try {
    return runFileSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The key kept in a data directory. */
export function readApiKey(dataDir: string): string | undefined {
  return readText(join(dataDir, API_KEY_FILE))?.trim() || undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
