import type { QueryResultRow } from 'pg';
import { createPool } from '../pg/create-pool.ts';

/** A connection of the monitor's own: a full pool must not look like a dead server. */
export interface Probe {
  ask<Row extends QueryResultRow>(text: string): Promise<Row>;
  close(): Promise<void>;
}

export function createProbe(url: string, applicationName: string, timeoutMs: number): Probe {
  const pool = createPool({
    url,
    applicationName: `${applicationName}-probe`,
    poolMax: 1,
    acquireTimeoutMs: timeoutMs,
    connectTimeoutMs: timeoutMs,
    checkAfterIdleMs: Number.POSITIVE_INFINITY,
  });
  return {
    async ask<Row extends QueryResultRow>(text: string) {
      const question = { text, query_timeout: timeoutMs };
      const { rows } = await pool.query<Row>(question);
      if (!rows[0]) throw new Error(`expected one row of '${text}', found none`);
      return rows[0];
    },
    close: () => pool.end(),
  };
}
