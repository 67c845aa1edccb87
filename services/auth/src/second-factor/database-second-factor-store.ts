import type { DataSource } from 'typeorm';
import type { SecondFactorStore } from './second-factor-store.ts';

/** A SecondFactorStore in PostgreSQL. */
export function createDatabaseSecondFactorStore(dataSource: DataSource): SecondFactorStore {
  return {
    async find(userId) {
      const [row]: { seed_sealed: string; confirmed: boolean }[] = await dataSource.query(
        'SELECT seed_sealed, confirmed_at IS NOT NULL AS confirmed FROM auth.second_factors WHERE user_id = $1',
        [userId],
      );
      return row && { seedSealed: row.seed_sealed, confirmed: row.confirmed };
    },
    async enrol(userId, seedSealed) {
      const rows: unknown[] = await dataSource.query(
        `INSERT INTO auth.second_factors AS f (user_id, seed_sealed, last_step) VALUES ($1, $2, 0)
         ON CONFLICT (user_id) DO UPDATE SET seed_sealed = $2, last_step = 0 WHERE f.confirmed_at IS NULL
         RETURNING user_id`,
        [userId, seedSealed],
      );
      return rows.length > 0;
    },
    async useStep(userId, step) {
      const [rows]: [unknown[]] = await dataSource.query(
        'UPDATE auth.second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2 RETURNING user_id',
        [userId, step],
      );
      return rows.length > 0;
    },
    confirm: (userId, recoveryHashes, now) =>
      dataSource.transaction(async (manager) => {
        await manager.query('UPDATE auth.second_factors SET confirmed_at = $2 WHERE user_id = $1', [userId, now]);
        await manager.query('DELETE FROM auth.recovery_codes WHERE user_id = $1', [userId]);
        await manager.query('INSERT INTO auth.recovery_codes (user_id, code_hash) SELECT $1, unnest($2::text[])', [
          userId,
          recoveryHashes,
        ]);
      }),
    async useRecoveryCode(userId, codeHash) {
      const [rows]: [unknown[]] = await dataSource.query(
        'DELETE FROM auth.recovery_codes WHERE user_id = $1 AND code_hash = $2 RETURNING user_id',
        [userId, codeHash],
      );
      return rows.length > 0;
    },
    remove: (userId) =>
      dataSource.transaction(async (manager) => {
        await manager.query('DELETE FROM auth.recovery_codes WHERE user_id = $1', [userId]);
        await manager.query('DELETE FROM auth.second_factors WHERE user_id = $1', [userId]);
      }),
  };
}
