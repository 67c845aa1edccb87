import type { DataSource } from 'typeorm';
import type { OneTimeToken, OneTimeTokenStore } from './one-time-token-store.ts';

/** A OneTimeTokenStore in PostgreSQL. */
export function createDatabaseOneTimeTokenStore(dataSource: DataSource): OneTimeTokenStore {
  return {
    insert: ({ hash, kind, userId, data, createdAt, expiresAt }) =>
      dataSource.transaction(async (manager) => {
        if (userId !== undefined)
          await manager.query('DELETE FROM auth.one_time_tokens WHERE user_id = $1 AND kind = $2', [userId, kind]);
        await manager.query(
          `INSERT INTO auth.one_time_tokens (token_hash, kind, user_id, data, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6)`,
          [hash, kind, userId ?? null, JSON.stringify(data), createdAt, expiresAt],
        );
      }),
    async take(kind, hash, now) {
      const [[row]]: [{ user_id: string | null; data: OneTimeToken['data'] }[]] = await dataSource.query(
        `UPDATE auth.one_time_tokens SET used_at = $3
         WHERE token_hash = $2 AND kind = $1 AND used_at IS NULL AND expires_at > $3 RETURNING user_id, data`,
        [kind, hash, now],
      );
      return row && { data: row.data, ...(row.user_id === null ? {} : { userId: row.user_id }) };
    },
    async prune(now) {
      await dataSource.query('DELETE FROM auth.one_time_tokens WHERE expires_at < $1', [now]);
    },
  };
}
