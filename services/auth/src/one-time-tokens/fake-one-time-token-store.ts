import type { FoundToken, OneTimeToken, OneTimeTokenStore, TokenKind } from './one-time-token-store.ts';

/** A OneTimeTokenStore in memory. */
export function createFakeOneTimeTokenStore(): OneTimeTokenStore {
  const tokens = new Map<string, OneTimeToken>();
  function findGood(kind: TokenKind, hash: string, now: Date): FoundToken | undefined {
    const token = tokens.get(hash);
    if (!token || token.kind !== kind || token.expiresAt <= now) return undefined;
    return { data: token.data, ...(token.userId === undefined ? {} : { userId: token.userId }) };
  }

  return {
    async insert(token) {
      for (const [hash, { userId, kind }] of tokens)
        if (userId !== undefined && userId === token.userId && kind === token.kind) tokens.delete(hash);
      tokens.set(token.hash, token);
    },
    find: async (kind, hash, now) => findGood(kind, hash, now),
    async take(kind, hash, now) {
      const found = findGood(kind, hash, now);
      if (found) tokens.delete(hash);
      return found;
    },
    async prune(now) {
      for (const [hash, { expiresAt }] of tokens) if (expiresAt < now) tokens.delete(hash);
    },
  };
}
