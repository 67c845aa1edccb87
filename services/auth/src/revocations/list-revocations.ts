import type { AuthRevokedPayload } from '@quotefleet/contracts';
import { translateDatabaseErrors } from '@quotefleet/relational';
import type { DataSource } from 'typeorm';
import type { Revocation } from './announce-revocation.ts';

const PAGE_MAX = 10_000;
/** Longer than any access token lives, and than a verifier is away without starting anew. */
const KEPT_MS = 24 * 3600 * 1000;

export interface RevocationPage {
  now: number;
  next?: number;
  revocations: Revocation[];
}

export interface Revocations {
  /** What was revoked at `since` or later, in pages; `after` is the `next` of the page before. */
  list(range: { since: number; after: number }): Promise<RevocationPage>;
  /** Removes what no access token can outlive. */
  prune(now: Date): Promise<void>;
}

export function createRevocations(dataSource: DataSource): Revocations {
  return {
    async list({ since, after }) {
      const rows = await translateDatabaseErrors(
        (): Promise<{ seq: number; kind: AuthRevokedPayload['kind']; id: string; at: Date }[]> =>
          dataSource.query(
            `SELECT seq, kind, id, at FROM auth.revocations
             WHERE at >= to_timestamp($1::bigint / 1000.0) AND seq > $2 ORDER BY seq LIMIT $3`,
            [since, after, PAGE_MAX],
          ),
      );
      const last = rows.at(-1);
      return {
        now: Date.now(),
        ...(last && rows.length === PAGE_MAX ? { next: Number(last.seq) } : {}),
        revocations: rows.map(({ kind, id, at }) => ({ kind, id, at: at.getTime() })),
      };
    },
    async prune(now) {
      await dataSource.query('DELETE FROM auth.revocations WHERE at < $1', [new Date(now.getTime() - KEPT_MS)]);
    },
  };
}
