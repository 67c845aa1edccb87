import type { SigningKey, SigningKeyStore } from './signing-key-store.ts';

/** A SigningKeyStore in memory. */
export function createFakeSigningKeyStore(): SigningKeyStore {
  const keys = new Map<string, SigningKey>();
  return {
    async append(candidate, follows = '') {
      const known = keys.get(follows);
      if (known) return known;
      keys.set(follows, candidate);
      return candidate;
    },
    list: async () => [...keys.values()].sort((a, b) => b.signsFrom.getTime() - a.signsFrom.getTime()),
    async remove(kid) {
      for (const [follows, key] of keys) if (key.kid === kid) keys.delete(follows);
    },
  };
}
