import { installServers, machineTools } from './install.ts';

try {
  const missing = installServers(machineTools());
  for (const sentence of missing) process.stderr.write(`Still missing: ${sentence}\n`);
  if (missing.length > 0) process.exitCode = 1;
  else process.stdout.write('PostgreSQL, Redis, Kafka, InfluxDB, MariaDB and nginx can be started on this machine.\n');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
