import { randomUUID } from 'node:crypto';
import { isActive } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { ApiKey, ApiKeyStore, ValidKey } from './api-key-store.ts';
import { BOOTSTRAP_KEY, BOOTSTRAP_USER } from './bootstrap-key.ts';

type StoredKey = ApiKey & { bootstrap: boolean; revoked: boolean };

/** An ApiKeyStore in memory; `announced` holds the ids of the keys whose loss would be told to the fleet. */
export function createFakeApiKeyStore(users: UserStore): ApiKeyStore & { announced: string[] } {
  const keys: StoredKey[] = [];
  const announced: string[] = [];
  const active = (userId: string) => keys.filter((key) => key.userId === userId && !key.revoked);

  async function findGood(matches: (key: StoredKey) => boolean, now: Date): Promise<ValidKey | undefined> {
    const key = keys.find((one) => matches(one) && !one.revoked && isGood(one, now));
    const user = key && (await users.findById(key.userId));
    return key && user && isActive(user) ? { key: toApiKey(key), role: user.role } : undefined;
  }

  return {
    announced,
    async insert(key, perUserMax) {
      if (active(key.userId).length >= perUserMax) return false;
      keys.push({ ...key, bootstrap: false, revoked: false });
      return true;
    },
    list: async (userId) => active(userId).map(toApiKey),
    findValid: (keyHash, now) => findGood(({ keyHash: hash }) => hash === keyHash, now),
    findSigning: (id, now) => findGood((key) => key.id === id && key.signingSealed !== undefined, now),
    async rename(id, ownerId, name) {
      const key = active(ownerId).find((one) => one.id === id);
      if (key) key.name = name;
      return key !== undefined;
    },
    async findOwn(id, ownerId, now) {
      const key = active(ownerId).find((one) => one.id === id && !one.bootstrap && isGood(one, now));
      return key && toApiKey(key);
    },
    async replace(id, successor, formerUntil) {
      const { userId, createdAt } = successor;
      const key = active(userId).find((one) => one.id === id && !one.bootstrap && isGood(one, createdAt));
      if (!key) return false;
      if (!key.expiresAt || key.expiresAt > formerUntil) key.expiresAt = formerUntil;
      if (formerUntil <= createdAt) announced.push(id);
      keys.push({ ...successor, bootstrap: false, revoked: false });
      return true;
    },
    async noteUses(uses) {
      const known = uses.flatMap((use) => keys.filter(({ id }) => id === use.id).map((key) => ({ key, use })));
      for (const { key, use } of known)
        if (!key.lastUsedAt || key.lastUsedAt < use.lastUsedAt) key.lastUsedAt = use.lastUsedAt;
      return known.length;
    },
    async revoke(id, { ownerId }) {
      const key = keys.find((one) => one.id === id && (ownerId === undefined || one.userId === ownerId));
      if (!key) return false;
      if (!key.revoked) announced.push(id);
      key.revoked = true;
      return true;
    },
    async adoptBootstrap(keyHash, now) {
      await users.insert({ ...BOOTSTRAP_USER, createdAt: now });
      const former = keys.filter((key) => key.bootstrap && key.keyHash !== keyHash && !key.revoked && !key.expiresAt);
      for (const key of former) {
        key.expiresAt = now;
        announced.push(key.id);
      }
      const retired = former.map(({ id }) => id);
      const same = keys.find((key) => key.keyHash === keyHash);
      if (!same) {
        const id = randomUUID();
        keys.push({ ...BOOTSTRAP_KEY, id, keyHash, createdAt: now, bootstrap: true, revoked: false });
        return { retired, revoked: false, adopted: id };
      }
      const { id, revoked, expiresAt } = same;
      delete same.expiresAt;
      return { retired, revoked, ...(revoked || expiresAt === undefined ? {} : { adopted: id }) };
    },
  };
}

function toApiKey({ bootstrap: _bootstrap, revoked: _revoked, ...key }: StoredKey): ApiKey {
  return key;
}

function isGood({ expiresAt }: ApiKey, now: Date): boolean {
  return expiresAt === undefined || expiresAt > now;
}
