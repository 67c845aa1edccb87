import { randomBytes } from 'node:crypto';
import { simTicks } from '../sim-ticks.ts';
import type { IngestDatabase } from './ingest-database.ts';

const DATABASE = 'market';
const ROWS_PER_STATEMENT = 2000;
const COLUMNS =
  'ts TIMESTAMP, seq BIGINT PRIMARY KEY, `last` DOUBLE, high DOUBLE, low DOUBLE, volume BIGINT, amount DOUBLE';

/** The TDengine at `url`, whose database `market` is dropped for each run; its own loader is multi-table INSERT. */
export function tdengineDatabase(url: string): IngestDatabase {
  return {
    name: 'tdengine',
    ticks: 200_000,
    env: () => ({ QF_TSDB: 'tdengine', QF_TSDB_URL: url }),
    count: async () => Number((await sql(url, `SELECT count(*) FROM ${DATABASE}.ticks`).catch(() => []))[0]?.[0] ?? 0),
    yardstick: async (_databaseUrl, ticks) => ({
      name: 'INSERT statements over many subtables, made beforehand, of seven columns of the same rows',
      perSecond: await insertTicks(url, ticks),
    }),
    close: async () => void (await sql(url, `DROP DATABASE IF EXISTS ${DATABASE}`)),
  };
}

async function insertTicks(url: string, count: number): Promise<number> {
  const database = `yardstick_${randomBytes(4).toString('hex')}`;
  await sql(url, `CREATE DATABASE ${database} WAL_LEVEL 2 WAL_FSYNC_PERIOD 0`);
  try {
    await sql(url, `CREATE TABLE ${database}.ticks (${COLUMNS}) TAGS (symbol VARCHAR(16))`);
    const statements = insertStatements(database, count);
    const started = performance.now();
    for (const statement of statements) await sql(url, statement);
    return (count * 1000) / (performance.now() - started);
  } finally {
    await sql(url, `DROP DATABASE ${database}`);
  }
}

function insertStatements(database: string, count: number): string[] {
  const ticks = simTicks({ count });
  const statements: string[] = [];
  for (let at = 0; at < ticks.length; at += ROWS_PER_STATEMENT) {
    const bySymbol = Map.groupBy(ticks.slice(at, at + ROWS_PER_STATEMENT), ({ symbol }) => symbol);
    const parts = [...bySymbol].map(([symbol, rows]) => {
      const table = `${database}.t_${symbol.replace('.', '_').toLowerCase()}`;
      const values = rows.map((t) => `(${t.ts},${t.seq},${t.last},${t.high},${t.low},${t.volume},${t.amount})`);
      return `${table} USING ${database}.ticks TAGS ('${symbol}') VALUES ${values.join('')}`;
    });
    statements.push(`INSERT INTO ${parts.join(' ')}`);
  }
  return statements;
}

async function sql(url: string, statement: string): Promise<unknown[][]> {
  const { origin, username, password } = new URL(url.replace(/^ws/, 'http'));
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const response = await fetch(`${origin}/rest/sql`, { method: 'POST', headers: { authorization }, body: statement });
  const answer = (await response.json()) as { code: number; desc?: string; data?: unknown[][] };
  if (answer.code !== 0) throw new Error(`TDengine answered ${answer.code}: ${answer.desc}`);
  return answer.data ?? [];
}
