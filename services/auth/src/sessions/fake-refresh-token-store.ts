import type { RefreshToken, RefreshTokenStore } from './refresh-token-store.ts';

/** A RefreshTokenStore in memory. */
export function createFakeRefreshTokenStore(): RefreshTokenStore {
  const tokens = new Map<string, RefreshToken & { used: boolean }>();
  const revokedFamilies = new Set<string>();
  return {
    async startFamily(token) {
      tokens.set(token.tokenHash, { ...token, used: false });
    },
    async rotate(presentedHash, successor) {
      const token = tokens.get(presentedHash);
      if (!token || token.expiresAt <= successor.createdAt) return { outcome: 'unknown' };
      const { userId, familyId } = token;
      if (token.used || revokedFamilies.has(familyId)) {
        revokedFamilies.add(familyId);
        return { outcome: 'reused', userId, familyId };
      }
      token.used = true;
      tokens.set(successor.tokenHash, { ...token, ...successor, used: false });
      return { outcome: 'rotated', userId };
    },
  };
}
