import type { DataSource } from 'typeorm';
import type { FoundToken, OneTimeToken, OneTimeTokenStore } from './one-time-token-store.ts';

interface TokenRow {
  user_id: string | null;
  data: OneTimeToken['data'];
}

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
    async find(kind, hash, now) {
      const [row]: TokenRow[] = await dataSource.query(
        `SELECT user_id, data FROM auth.one_time_tokens
         WHERE token_hash = $2 AND kind = $1 AND used_at IS NULL AND expires_at > $3`,
        [kind, hash, now],
      );
      return row && toFound(row);
    },
    async take(kind, hash, now) {
      const [[row]]: [TokenRow[]] = await dataSource.query(
        `UPDATE auth.one_time_tokens SET used_at = $3
         WHERE token_hash = $2 AND kind = $1 AND used_at IS NULL AND expires_at > $3 RETURNING user_id, data`,
        [kind, hash, now],
      );
      return row && toFound(row);
    },
    async prune(now) {
      await dataSource.query('DELETE FROM auth.one_time_tokens WHERE expires_at < $1', [now]);
    },
  };
}

function toFound({ user_id: userId, data }: TokenRow): FoundToken {
  return { data, ...(userId === null ? {} : { userId }) };
}
