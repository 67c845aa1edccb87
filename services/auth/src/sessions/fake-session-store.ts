import type { Revocation } from '../revocations/announce-revocation.ts';
import type { Session, SessionStore } from './session-store.ts';

type StoredSession = Session & { revoked: boolean };

/** A SessionStore in memory; `announced` holds what would be told to the fleet. */
export function createFakeSessionStore(announced: Revocation[] = []): SessionStore & { announced: Revocation[] } {
  const sessions = new Map<string, StoredSession>();
  const tokens = new Map<string, { sessionId: string; used: boolean }>();
  const activeOf = (userId: string, now: Date) =>
    [...sessions.values()]
      .filter((one) => one.userId === userId && !one.revoked && one.expiresAt > now)
      .sort((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime());

  function revoke(session: StoredSession, now: Date): void {
    session.revoked = true;
    announced.push({ kind: 'session', id: session.id, at: now.getTime() });
  }

  return {
    announced,
    async start(session, tokenHash, perUserMax) {
      const { userId, createdAt } = session;
      for (const one of activeOf(userId, createdAt).slice(perUserMax - 1)) revoke(one, createdAt);
      sessions.set(session.id, { ...session, revoked: false });
      tokens.set(tokenHash, { sessionId: session.id, used: false });
    },
    async rotate({ hash, clientId }, successor) {
      const token = tokens.get(hash);
      const session = sessions.get(token?.sessionId ?? '');
      if (!token || !session || session.expiresAt <= successor.createdAt || session.clientId !== clientId)
        return { outcome: 'unknown' };
      if (token.used || session.revoked) {
        if (!session.revoked) revoke(session, successor.createdAt);
        return { outcome: 'reused', userId: session.userId, sessionId: session.id };
      }
      token.used = true;
      tokens.set(successor.hash, { sessionId: session.id, used: false });
      session.lastUsedAt = successor.createdAt;
      return { outcome: 'rotated', session: toSession(session) };
    },
    async findActive(id, now) {
      const session = sessions.get(id);
      return session && !session.revoked && session.expiresAt > now ? toSession(session) : undefined;
    },
    async findByToken(tokenHash) {
      const session = sessions.get(tokens.get(tokenHash)?.sessionId ?? '');
      return session ? toSession(session) : undefined;
    },
    list: async (userId, now) => activeOf(userId, now).map(toSession),
    async revoke(id, { userId, now }) {
      const session = sessions.get(id);
      if (!session || session.revoked || session.expiresAt <= now) return false;
      if (userId !== undefined && session.userId !== userId) return false;
      revoke(session, now);
      return true;
    },
    async revokeAll(userId, { except, now }) {
      const ended = activeOf(userId, now).filter(({ id }) => id !== except);
      for (const session of ended) revoke(session, now);
      return ended.length;
    },
  };
}

function toSession({ revoked: _revoked, ...session }: StoredSession): Session {
  return session;
}
