import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { Revocation } from '../revocations/announce-revocation.ts';
import type { Session, SessionStore } from './session-store.ts';

const HOUR_MS = 3600 * 1000;
const SESSIONS_MAX = 3;

export interface SessionStoreUnderTest {
  store: SessionStore;
  /** Adds a user and gives its id. */
  addUser(): Promise<string>;
  announced(): Promise<Pick<Revocation, 'kind' | 'id'>[]>;
}

/** What every SessionStore does. */
export function testSessionStore(tested: () => SessionStoreUnderTest): void {
  const now = new Date();
  const later = new Date(now.getTime() + HOUR_MS);

  async function start(part: Partial<Session> = {}) {
    const userId = part.userId ?? (await tested().addUser());
    const session: Session = { id: randomUUID(), userId, createdAt: now, lastUsedAt: now, expiresAt: later, ...part };
    const hash = randomUUID();
    await tested().store.start(session, hash, SESSIONS_MAX);
    return { session, hash };
  }
  async function rotate(presented: string, options: { at?: Date; clientId?: string } = {}) {
    const { at = now, clientId } = options;
    const hash = randomUUID();
    return { hash, rotation: await tested().store.rotate({ hash: presented, clientId }, { hash, createdAt: at }) };
  }
  const announcedOnce = async (id: string) =>
    expect((await tested().announced()).filter((one) => one.id === id)).toHaveLength(1);

  it('rotates a token as often as each is presented once', async () => {
    const { hash, session } = await start({ scopes: ['read'], ip: '192.0.2.1', userAgent: 'test' });
    const soon = new Date(now.getTime() + 1000);
    const first = await rotate(hash, { at: soon });
    expect(first.rotation).toEqual({ outcome: 'rotated', session: { ...session, lastUsedAt: soon } });
    expect((await rotate(first.hash)).rotation.outcome).toBe('rotated');
  });

  it('revokes the session of a token that is presented twice, and no other, and announces it once', async () => {
    const { hash, session } = await start();
    const other = await start();
    const successor = await rotate(hash);
    const reused = { outcome: 'reused', userId: session.userId, sessionId: session.id };
    expect((await rotate(hash)).rotation).toEqual(reused);
    expect((await rotate(successor.hash)).rotation.outcome).toBe('reused');
    expect((await rotate(other.hash)).rotation.outcome).toBe('rotated');
    await announcedOnce(session.id);
  });

  it('lets one of many rotate at once, and leaves none of them a token that works', async () => {
    const { hash } = await start();
    const rotated = await Promise.all(Array.from({ length: 6 }, () => rotate(hash)));
    expect(rotated.filter(({ rotation }) => rotation.outcome === 'rotated')).toHaveLength(1);
    for (const successor of rotated) expect((await rotate(successor.hash)).rotation.outcome).not.toBe('rotated');
  });

  it('knows no token that was never issued or has expired, nor its successors', async () => {
    expect((await rotate(randomUUID())).rotation).toEqual({ outcome: 'unknown' });
    const { hash } = await start();
    const successor = await rotate(hash);
    expect((await rotate(successor.hash, { at: later })).rotation).toEqual({ outcome: 'unknown' });
  });

  it('gives a token to no other client than it was issued to, and takes no offence', async () => {
    const clientId = randomUUID();
    const { hash } = await start({ clientId });
    expect((await rotate(hash)).rotation.outcome).toBe('unknown');
    expect((await rotate(hash, { clientId: randomUUID() })).rotation.outcome).toBe('unknown');
    expect((await rotate(hash, { clientId })).rotation.outcome).toBe('rotated');
  });

  it('ends a session for its user or for anybody who needs be none, once', async () => {
    const { store } = tested();
    const { session, hash } = await start();
    expect(await store.findByToken(hash)).toEqual(session);
    expect(await store.revoke(session.id, { userId: randomUUID(), now })).toBe(false);
    expect(await store.findActive(session.id, now)).toEqual(session);
    expect(await store.revoke(session.id, { userId: session.userId, now })).toBe(true);
    expect(await store.revoke(session.id, { now })).toBe(false);
    expect(await store.findActive(session.id, now)).toBeUndefined();
    expect((await rotate(hash)).rotation.outcome).toBe('reused');
    await announcedOnce(session.id);
  });

  it('ends all sessions of a user but one', async () => {
    const { store } = tested();
    const { session: kept } = await start();
    const { session: ended } = await start({ userId: kept.userId });
    expect(await store.revokeAll(kept.userId, { except: kept.id, now })).toBe(1);
    expect(await store.list(kept.userId, now)).toEqual([kept]);
    await announcedOnce(ended.id);
    expect(await store.revokeAll(kept.userId, { now })).toBe(1);
    expect(await store.list(kept.userId, now)).toEqual([]);
  });

  it('lists what goes on, the latest used first, and ends the oldest beyond its maximum', async () => {
    const { store } = tested();
    const userId = await tested().addUser();
    const ids: string[] = [];
    for (let minute = 0; minute < SESSIONS_MAX + 1; minute++) {
      const at = new Date(now.getTime() + minute * 60_000);
      ids.unshift((await start({ userId, createdAt: at, lastUsedAt: at })).session.id);
    }
    expect((await store.list(userId, now)).map(({ id }) => id)).toEqual(ids.slice(0, SESSIONS_MAX));
    expect(await store.list(userId, later)).toEqual([]);
    await announcedOnce(ids.at(-1) ?? '');
  });
}
