import type { OneTimeToken, OneTimeTokenStore } from './one-time-token-store.ts';

/** A OneTimeTokenStore in memory. */
export function createFakeOneTimeTokenStore(): OneTimeTokenStore {
  const tokens = new Map<string, OneTimeToken>();
  return {
    async insert(token) {
      for (const [hash, { userId, kind }] of tokens)
        if (userId !== undefined && userId === token.userId && kind === token.kind) tokens.delete(hash);
      tokens.set(token.hash, token);
    },
    async take(kind, hash, now) {
      const token = tokens.get(hash);
      if (!token || token.kind !== kind || token.expiresAt <= now) return undefined;
      tokens.delete(hash);
      return { data: token.data, ...(token.userId === undefined ? {} : { userId: token.userId }) };
    },
    async prune(now) {
      for (const [hash, { expiresAt }] of tokens) if (expiresAt < now) tokens.delete(hash);
    },
  };
}
