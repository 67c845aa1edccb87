import { randomBytes } from 'node:crypto';
import { hashSecret } from '../secret-hash.ts';
import type { OneTimeTokenStore, TokenData, TokenKind } from './one-time-token-store.ts';

const SECRET_BYTES = 32;

export interface OneTimeTokens {
  /** A new token; `replace` ends those of the kind that the user has. */
  issue<K extends TokenKind>(token: { kind: K; userId?: string; data: TokenData[K]; expiresAt: Date }): Promise<string>;
  /** Whose token it is, which stays good; undefined where it is unknown, expired or used before. */
  ownerOf(kind: TokenKind, token: string): Promise<string | undefined>;
  /** Uses a token up; undefined where it is unknown, expired or used before. */
  take<K extends TokenKind>(
    kind: K,
    token: string,
  ): Promise<{ userId: string | undefined; data: TokenData[K] } | undefined>;
  prune(): Promise<void>;
}

/** Tokens that are good for one thing once; a hash is stored. */
export function createOneTimeTokens(store: OneTimeTokenStore, now: () => Date = () => new Date()): OneTimeTokens {
  return {
    async issue(token) {
      const secret = `qft_${randomBytes(SECRET_BYTES).toString('base64url')}`;
      await store.insert({ ...token, hash: hashSecret(secret), createdAt: now() });
      return secret;
    },
    ownerOf: async (kind, token) => (await store.find(kind, hashSecret(token), now()))?.userId,
    async take<K extends TokenKind>(kind: K, token: string) {
      const taken = await store.take(kind, hashSecret(token), now());
      return taken && { userId: taken.userId, data: taken.data as TokenData[K] };
    },
    prune: () => store.prune(now()),
  };
}
