import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { ApiKey, ApiKeyStore } from './api-key-store.ts';
import { BOOTSTRAP_USER } from './bootstrap-key.ts';

const HOUR_MS = 3600 * 1000;
const NO_LIMIT = 1000;

export interface ApiKeyStoreUnderTest {
  store: ApiKeyStore;
  /** Adds a user and gives its id. */
  addUser(): Promise<string>;
  /** The ids of keys whose loss was announced. */
  announced(): Promise<string[]>;
}

/** What every ApiKeyStore does. */
export function testApiKeyStore(tested: () => ApiKeyStoreUnderTest): void {
  const now = new Date();
  const later = new Date(now.getTime() + HOUR_MS);

  async function addKey(key: Partial<ApiKey> = {}): Promise<ApiKey> {
    const userId = key.userId ?? (await tested().addUser());
    const [id, keyHash] = [randomUUID(), randomUUID()];
    const whole: ApiKey = { id, userId, name: 'n', prefix: 'p', keyHash, scopes: ['read'], createdAt: now, ...key };
    await tested().store.insert(whole, NO_LIMIT);
    return whole;
  }
  const findValid = ({ keyHash }: { keyHash: string }, at = now) => tested().store.findValid(keyHash, at);

  it('finds a key by its hash, with the role of its owner, until it expires', async () => {
    const key = await addKey({ expiresAt: later, scopes: ['read', 'write'] });
    expect(await findValid(key)).toEqual({ key, role: 'user' });
    expect(await findValid(key, later)).toBeUndefined();
    expect(await findValid({ keyHash: randomUUID() })).toBeUndefined();
  });

  it('holds no more keys of one user than it may, however many come at once', async () => {
    const userId = await tested().addUser();
    const base = { userId, name: 'n', prefix: 'p', scopes: ['read'] as ApiKey['scopes'], createdAt: now };
    const inserted = await Promise.all(
      Array.from({ length: 5 }, () => tested().store.insert({ ...base, id: randomUUID(), keyHash: randomUUID() }, 3)),
    );
    expect(inserted.filter(Boolean)).toHaveLength(3);
    const [first] = await tested().store.list(userId);
    await tested().store.revoke(first?.id ?? '', { now });
    expect(await tested().store.list(userId)).toHaveLength(2);
    expect(await tested().store.insert({ ...base, id: randomUUID(), keyHash: randomUUID() }, 3)).toBe(true);
  });

  it('revokes a key for its owner or for anybody who needs be none, and announces that once', async () => {
    const key = await addKey();
    const { store } = tested();
    expect(await store.revoke(key.id, { ownerId: randomUUID(), now })).toBe(false);
    expect(await findValid(key)).toBeDefined();
    expect(await store.revoke(key.id, { ownerId: key.userId, now })).toBe(true);
    expect(await store.revoke(key.id, { now })).toBe(true);
    expect(await store.revoke(randomUUID(), { now })).toBe(false);
    expect(await findValid(key)).toBeUndefined();
    expect((await tested().announced()).filter((id) => id === key.id)).toHaveLength(1);
  });

  it('renames a key for its owner alone', async () => {
    const { store } = tested();
    const key = await addKey();
    expect(await store.rename(key.id, randomUUID(), 'stolen')).toBe(false);
    expect(await store.rename(key.id, key.userId, 'mine')).toBe(true);
    expect(await store.list(key.userId)).toMatchObject([{ name: 'mine' }]);
  });

  it('replaces a key, which goes on as long as it is told, and no longer than before', async () => {
    const { store } = tested();
    const key = await addKey({ expiresAt: later });
    const successor = { ...key, id: randomUUID(), keyHash: randomUUID() };
    expect(await store.replace(key.id, { ...successor, userId: await tested().addUser() }, later)).toBe(false);
    expect(await store.replace(key.id, successor, new Date(later.getTime() + HOUR_MS))).toBe(true);
    expect(await findValid(key)).toMatchObject({ key: { expiresAt: later } });
    expect(await findValid(successor)).toBeDefined();
    expect(await tested().announced()).not.toContain(key.id);
    expect(await store.findOwn(successor.id, key.userId, now)).toEqual(successor);
    const third = { ...key, id: randomUUID(), keyHash: randomUUID() };
    expect(await store.replace(successor.id, third, now)).toBe(true);
    expect(await findValid(successor)).toBeUndefined();
    expect(await tested().announced()).toContain(successor.id);
    expect(await store.replace(successor.id, { ...third, id: randomUUID(), keyHash: randomUUID() }, now)).toBe(false);
  });

  it('notes the latest use of a key', async () => {
    const { store } = tested();
    const key = await addKey();
    const use = (lastUsedAt: Date, id = key.id) => store.noteUses([{ id, lastUsedAt }]);
    expect(await use(later)).toBe(1);
    expect(await use(now)).toBe(1);
    expect(await use(now, randomUUID())).toBe(0);
    expect(await store.list(key.userId)).toMatchObject([{ lastUsedAt: later }]);
  });

  it('finds a key to sign with by its id, where it was made for that', async () => {
    const { store } = tested();
    const [plain, signing] = [await addKey(), await addKey({ signingSealed: 'sealed', expiresAt: later })];
    expect(await store.findSigning(plain.id, now)).toBeUndefined();
    expect(await store.findSigning(signing.id, now)).toEqual({ key: signing, role: 'user' });
    expect(await store.findSigning(signing.id, later)).toBeUndefined();
  });

  it('has one bootstrap key at a time, which may be set back to a former one', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const { store } = tested();
    const { adopted } = await store.adoptBootstrap(first, now);
    const found = await store.findValid(first, now);
    expect(found).toMatchObject({ role: 'admin', key: { id: adopted, userId: BOOTSTRAP_USER.id } });
    const next = { retired: [adopted], revoked: false, adopted: expect.any(String) };
    expect(await store.adoptBootstrap(second, now)).toEqual(next);
    expect(await store.findValid(first, now)).toBeUndefined();
    expect(await tested().announced()).toContain(found?.key.id);
    expect(await store.adoptBootstrap(second, now)).toEqual({ retired: [], revoked: false });
    expect((await store.adoptBootstrap(first, now)).adopted).toBe(adopted);
    expect(await store.findValid(first, later)).toBeDefined();
    expect(await store.findValid(second, now)).toBeUndefined();
  });

  it('does not bring a bootstrap key back that was revoked', async () => {
    const keyHash = randomUUID();
    const { store } = tested();
    await store.adoptBootstrap(keyHash, now);
    const id = (await store.findValid(keyHash, now))?.key.id ?? '';
    await store.revoke(id, { now });
    expect(await store.adoptBootstrap(keyHash, now)).toEqual({ retired: [], revoked: true });
    expect(await store.findValid(keyHash, now)).toBeUndefined();
  });
}
