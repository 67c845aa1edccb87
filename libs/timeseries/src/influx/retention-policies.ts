import type { SeriesDefinition } from '../time-series-store.ts';
import type { InfluxClient } from './influx-client.ts';
import { quoteName } from './influx-names.ts';

const DAY_MS = 86_400_000;

type Partition = SeriesDefinition['partitionBy'];

/**
 * The time span of a shard. Series lie in one of three retention policies, all of which keep everything: the server
 * opens each shard of a query's range, so decades of daily bars must not lie in shards of a week.
 */
export const SHARD_MS: Record<Partition, number> = { day: 7 * DAY_MS, month: 30 * DAY_MS, year: 365 * DAY_MS };

/** Makes the database and its retention policies, where they are missing. */
export async function prepareDatabase(client: InfluxClient): Promise<void> {
  const name = quoteName(client.database);
  // Making a database needs an administrator, using one does not.
  if (!(await hasDatabase(client))) await client.queryAll({ text: `CREATE DATABASE ${name}` });
  const policies = await valuesOf(client, `SHOW RETENTION POLICIES ON ${name}`);
  for (const [policy, ms] of Object.entries(SHARD_MS)) {
    if (policies.includes(policy)) continue;
    const settings = `DURATION INF REPLICATION 1 SHARD DURATION ${ms / DAY_MS}d`;
    await client.queryAll({ text: `CREATE RETENTION POLICY ${quoteName(policy)} ON ${name} ${settings}` });
  }
}

export async function hasDatabase(client: InfluxClient): Promise<boolean> {
  return (await valuesOf(client, 'SHOW DATABASES')).includes(client.database);
}

/** The first column of an answer. */
async function valuesOf(client: InfluxClient, text: string): Promise<string[]> {
  const answer = await client.queryAll({ text });
  return answer.flatMap(({ values }) => values.map(([value]) => String(value)));
}
