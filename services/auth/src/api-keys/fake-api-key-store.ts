import { randomUUID } from 'node:crypto';
import type { Role } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { ApiKey, ApiKeyStore } from './api-key-store.ts';
import { BOOTSTRAP_KEY, BOOTSTRAP_USER } from './bootstrap-key.ts';

type StoredKey = ApiKey & { bootstrap: boolean; revoked: boolean };

/** An ApiKeyStore in memory; `announced` holds the ids of the keys whose loss would be told to the fleet. */
export function createFakeApiKeyStore(users: UserStore): ApiKeyStore & { announced: string[] } {
  const keys: StoredKey[] = [];
  const announced: string[] = [];
  const active = (userId: string) => keys.filter((key) => key.userId === userId && !key.revoked);
  return {
    announced,
    async insert(key, perUserMax) {
      if (active(key.userId).length >= perUserMax) return false;
      keys.push({ ...key, bootstrap: false, revoked: false });
      return true;
    },
    list: async (userId) => active(userId).map(toApiKey),
    async findValid(keyHash, now) {
      const key = keys.find((one) => one.keyHash === keyHash && !one.revoked);
      if (!key || (key.expiresAt && key.expiresAt <= now)) return undefined;
      const role: Role = (await users.findById(key.userId))?.role ?? 'user';
      return { key: toApiKey(key), role };
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
      const same = keys.find((key) => key.keyHash === keyHash);
      if (same) delete same.expiresAt;
      else keys.push({ ...BOOTSTRAP_KEY, id: randomUUID(), keyHash, createdAt: now, bootstrap: true, revoked: false });
      return { retired: former.length, revoked: same?.revoked ?? false };
    },
  };
}

function toApiKey({ bootstrap: _bootstrap, revoked: _revoked, ...key }: StoredKey): ApiKey {
  return key;
}
