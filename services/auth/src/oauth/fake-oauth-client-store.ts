import type { Revocation } from '../revocations/announce-revocation.ts';
import type { OAuthClient, OAuthClientStore } from './oauth-client-store.ts';

interface StoredClient {
  client: OAuthClient;
  revoked: boolean;
  secrets: { hash: string; until?: Date }[];
}

/** An OAuthClientStore in memory; `announced` holds what would be told to the fleet. */
export function createFakeOAuthClientStore(announced: Revocation[] = []): OAuthClientStore {
  const clients = new Map<string, StoredClient>();
  const live = (id: string) => {
    const stored = clients.get(id);
    return stored && !stored.revoked ? stored : undefined;
  };
  return {
    async insert(client, { hash }) {
      clients.set(client.id, { client, revoked: false, secrets: [{ hash }] });
    },
    async findValid(id, now) {
      const stored = live(id);
      if (!stored || (stored.client.expiresAt && stored.client.expiresAt <= now)) return undefined;
      const good = stored.secrets.filter(({ until }) => until === undefined || until > now);
      return { client: stored.client, secretHashes: good.map(({ hash }) => hash) };
    },
    list: async () => [...clients.values()].filter(({ revoked }) => !revoked).map(({ client }) => client),
    async rotate(id, { hash }, formerUntil) {
      const stored = live(id);
      for (const secret of stored?.secrets ?? [])
        if (secret.until === undefined || secret.until > formerUntil) secret.until = formerUntil;
      stored?.secrets.push({ hash });
      return stored?.client;
    },
    async revoke(id, now) {
      const stored = live(id);
      if (!stored) return false;
      stored.revoked = true;
      announced.push({ kind: 'user', id, at: now.getTime() });
      return true;
    },
  };
}
