import type { SigningKey, SigningKeyStore } from './signing-key-store.ts';

/** A SigningKeyStore in memory. */
export function createFakeSigningKeyStore(): SigningKeyStore {
  let active: SigningKey | undefined;
  return {
    async adopt(candidate) {
      active ??= candidate;
      return active;
    },
    findActive: async () => active,
    list: async () => (active ? [active] : []),
  };
}
