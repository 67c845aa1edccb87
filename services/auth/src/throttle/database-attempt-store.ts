import type { DataSource } from 'typeorm';
import type { AttemptStore } from './attempt-store.ts';

/** An AttemptStore in PostgreSQL: one statement counts, so that processes and requests at once cannot pass it together. */
export function createDatabaseAttemptStore(dataSource: DataSource): AttemptStore {
  return {
    async reserve(key, { free, firstMs, longestMs, forgottenMs }, now) {
      // As `waitMs` has it. No row comes back while a wait lasts. Without one the time is long past, and not now: who comes
      // at the same moment may have read the clock a little earlier.
      const rows: unknown[] = await dataSource.query(
        `INSERT INTO auth.attempts AS a (key, failures, last_at, locked_until)
         VALUES ($1, 1, $2, CASE WHEN $3::int <= 1 THEN $2::timestamptz + $4::float8 * interval '1 ms' ELSE 'epoch' END)
         ON CONFLICT (key) DO UPDATE SET
           failures = CASE WHEN a.last_at < $2::timestamptz - $6::float8 * interval '1 ms' THEN 1 ELSE a.failures + 1 END,
           last_at = $2,
           locked_until = CASE
             WHEN a.last_at < $2::timestamptz - $6::float8 * interval '1 ms' OR a.failures + 1 < $3::int THEN 'epoch'
             ELSE $2::timestamptz + interval '1 ms'
               * least($5::float8, $4::float8 * power(2, least(a.failures + 1 - $3::int, 30))) END
         WHERE a.locked_until <= $2
         RETURNING key`,
        [key, now, free, firstMs, longestMs, forgottenMs],
      );
      if (rows.length > 0) return { allowed: true };
      const [row]: { locked_until: Date }[] = await dataSource.query(
        'SELECT locked_until FROM auth.attempts WHERE key = $1',
        [key],
      );
      const waits = (row?.locked_until.getTime() ?? 0) - now.getTime();
      return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(waits / 1000)) };
    },
    async clear(key) {
      await dataSource.query('DELETE FROM auth.attempts WHERE key = $1', [key]);
    },
    async prune(before) {
      await dataSource.query('DELETE FROM auth.attempts WHERE last_at < $1', [before]);
    },
  };
}
