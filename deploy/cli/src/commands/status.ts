import { join } from 'node:path';
import { z } from 'zod';
import { type CommonOptions, findTarget, type Target } from '../config.ts';
import { say } from '../output.ts';
import { API_KEY_FILE } from '../run-file.ts';

const HEALTH_TIMEOUT_MS = 5000;

const checkSchema = z.object({ name: z.string(), ok: z.boolean(), reason: z.string().optional() });
const serviceHealthSchema = z.object({ ready: z.boolean(), checks: z.array(checkSchema).default([]) });
const fleetHealthSchema = z.object({ ready: z.boolean(), services: z.record(z.string(), serviceHealthSchema) });
type ServiceHealth = z.infer<typeof serviceHealthSchema>;
type FleetHealth = z.infer<typeof fleetHealthSchema>;

/** Prints how the fleet is; the exit code is 0 when it is ready, else 1. */
export async function showStatus(
  options: CommonOptions & { json?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const target = findTarget(options, env);
  const health = await fetchHealth(target);
  if (options.json) say(JSON.stringify(toJson(target, health), undefined, 2));
  else for (const line of toLines(target, health)) say(line);
  return health?.ready ? 0 : 1;
}

/** What the gateway says of the services it calls, and what those say that it does not call: the storage writer, itself. */
async function fetchHealth({ url, run }: Target): Promise<FleetHealth | undefined> {
  const fleet = url === undefined ? undefined : await fetchJson(`${url}/health/fleet`, fleetHealthSchema);
  if (fleet === undefined) return undefined;
  const others = Object.entries(run?.services ?? {}).filter(([name]) => !(name in fleet.services));
  const answers = await Promise.all(
    others.map(async ([name, service]): Promise<[string, ServiceHealth]> => {
      const health = await fetchJson(`${service.url}/health/ready`, serviceHealthSchema);
      return [name, health ?? { ready: false, checks: [{ name: 'service', ok: false, reason: 'does not answer' }] }];
    }),
  );
  const services = { ...fleet.services, ...Object.fromEntries(answers) };
  return { ready: fleet.ready && answers.every(([, { ready }]) => ready), services };
}

async function fetchJson<T extends z.ZodType>(url: string, schema: T): Promise<z.infer<T> | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    return schema.parse(await response.json());
  } catch {
    // Nobody answers there, or somebody else does: not our fleet either way.
    return undefined;
  }
}

function toJson({ url, run, dataDir }: Target, health: FleetHealth | undefined) {
  const services = Object.entries(health?.services ?? {}).map(([name, service]) => [
    name,
    { ...service, ...run?.services[name] },
  ]);
  return {
    running: health !== undefined,
    ready: health?.ready ?? false,
    mode: health && run?.mode,
    pid: health && run?.pid,
    gatewayUrl: url,
    docsUrl: run?.docsUrl ?? (url === undefined ? undefined : `${url}/api/docs`),
    dataDir,
    logsDir: run?.logsDir,
    apiKeyFile: run?.apiKeyFile ?? join(dataDir, API_KEY_FILE),
    services: Object.fromEntries(services),
  };
}

function toLines({ url, run, dataDir }: Target, health: FleetHealth | undefined): string[] {
  if (url === undefined) return [`Quotefleet is not running in ${dataDir} (start it with npm start).`];
  if (health === undefined) return [`Quotefleet does not answer at ${url} (start it with npm start).`];
  const services = Object.entries(health.services).map(([name, { ready, checks }]) => {
    const faults = checks.filter((check) => !check.ok).map((check) => `${check.name}: ${check.reason ?? 'not ready'}`);
    return `  ${name.padEnd(18)} ${ready ? 'ready' : `not ready (${faults.join('; ')})`}`;
  });
  return [
    `Quotefleet at ${url} is ${health.ready ? 'ready' : 'not ready'}.`,
    ...services,
    ...(run
      ? [
          `  docs               ${run.docsUrl}`,
          `  API key            in ${run.apiKeyFile}`,
          `  logs               in ${run.logsDir}`,
        ]
      : []),
  ];
}
