import type { Bench } from './bench.ts';

/** Each benchmark is loaded when it is asked for, so that it pays for its own imports only. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  api: async () => (await import('./benches/api.ts')).api,
  bars: async () => (await import('./benches/bars.ts')).bars,
  batch: async () => (await import('./benches/batch.ts')).batch,
  connections: async () => (await import('./benches/connections.ts')).connections,
  factors: async () => (await import('./benches/factors.ts')).factors,
  gateway: async () => (await import('./benches/gateway.ts')).gateway,
  ingest: async () => (await import('./benches/ingest.ts')).ingest,
  push: async () => (await import('./benches/push.ts')).push,
  query: async () => (await import('./benches/query.ts')).query,
  start: async () => (await import('./benches/start.ts')).start,
};

const [name = ''] = process.argv.slice(2);
const load = BENCHES[name];
if (!load) {
  process.stderr.write(`expected the name of a benchmark (${Object.keys(BENCHES).join(', ')}), was '${name}'\n`);
  process.exit(1);
}
const bench = await load();
process.stdout.write(`${JSON.stringify(await bench())}\n`);
process.exit(0);
