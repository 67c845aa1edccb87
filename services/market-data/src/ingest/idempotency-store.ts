import type { DataSource } from 'typeorm';
import { translateStoreErrors } from '../translate-store-errors.ts';

/** A call that wants to be the only one with its key. */
export interface Claim {
  client: string;
  key: string;
  fingerprint: string;
  /** Ms since the epoch; tells the claims of a key apart. */
  createdAt: number;
}

export interface KnownCall {
  fingerprint: string;
  /** Once it has one. */
  answer?: object;
}

export interface IdempotencyStore {
  /** Whether the key is this call's now: nobody had it, or the same call did before `deadBefore` and never answered. */
  claim(claim: Claim, deadBefore: number): Promise<boolean>;
  find(claim: Claim): Promise<KnownCall | undefined>;
  finish(claim: Claim, answer: object): Promise<void>;
  /** Gives the key up. */
  release(claim: Claim): Promise<void>;
  /** Removes calls of before. */
  forget(before: number): Promise<void>;
}

const OWN = 'client = $1 AND idempotency_key = $2 AND fingerprint = $3 AND created_at = $4 AND answer IS NULL';

/** Of several calls at a time exactly one gets a key: the table of the registry, by statements that say so. */
export function createDatabaseIdempotencyStore(dataSource: DataSource): IdempotencyStore {
  const own = ({ client, key, fingerprint, createdAt }: Claim) => [client, key, fingerprint, createdAt];
  return translateStoreErrors<IdempotencyStore>({
    async claim(claim, deadBefore) {
      const claimed: unknown[] = await dataSource.query(
        `INSERT INTO idempotency_keys AS known (client, idempotency_key, fingerprint, created_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (client, idempotency_key) DO UPDATE SET created_at = excluded.created_at
           WHERE known.answer IS NULL AND known.created_at < $5 AND known.fingerprint = excluded.fingerprint
         RETURNING created_at`,
        [...own(claim), deadBefore],
      );
      return claimed.length > 0;
    },

    async find({ client, key }) {
      const [found]: { fingerprint: string; answer: object | null }[] = await dataSource.query(
        'SELECT fingerprint, answer FROM idempotency_keys WHERE client = $1 AND idempotency_key = $2',
        [client, key],
      );
      return found && { fingerprint: found.fingerprint, ...(found.answer ? { answer: found.answer } : {}) };
    },

    async finish(claim, answer) {
      await dataSource.query(`UPDATE idempotency_keys SET answer = $5::jsonb WHERE ${OWN}`, [
        ...own(claim),
        JSON.stringify(answer),
      ]);
    },

    async release(claim) {
      await dataSource.query(`DELETE FROM idempotency_keys WHERE ${OWN}`, own(claim));
    },

    async forget(before) {
      await dataSource.query('DELETE FROM idempotency_keys WHERE created_at < $1', [before]);
    },
  });
}
