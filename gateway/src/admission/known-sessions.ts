import { LRUCache } from 'lru-cache';

/** As many as a realtime node holds of polling clients, and some. */
const SESSIONS_MAX = 100_000;
/** Longer than a session may stay without a request. */
const SESSION_MS = 120_000;
/** Engine.IO's have 20 characters, and the tag of the node before them. */
const SID_LENGTH_MAX = 64;

/** Sessions of Socket.IO that realtime has answered for lately, here; any other may be made up. */
export class KnownSessions {
  readonly #sessions = new LRUCache<string, { mayUpgrade: boolean }>({ max: SESSIONS_MAX, ttl: SESSION_MS });

  /** Whether a request of this session is nothing new; of upgrades only one is, since a session has one. */
  isKnown(sid: string, isUpgrade: boolean): boolean {
    const session = this.#sessions.get(sid);
    if (!session || (isUpgrade && !session.mayUpgrade)) return false;
    if (isUpgrade) session.mayUpgrade = false;
    return true;
  }

  /** To be told how a request of this session was answered. */
  answered(sid: string, status: number): void {
    if (status >= 400) this.#sessions.delete(sid);
    else if (sid.length <= SID_LENGTH_MAX) this.#sessions.set(sid, this.#sessions.get(sid) ?? { mayUpgrade: true });
  }
}
