import type { Scope } from '@quotefleet/contracts';

/** One sign-in of a user; the refresh tokens of its family follow from one another. */
export interface Session {
  id: string;
  userId: string;
  /** The OAuth client that signed in for the user. */
  clientId?: string;
  /** The most that its tokens may do; what the user's role allows where absent. */
  scopes?: Scope[];
  ip?: string;
  userAgent?: string;
  createdAt: Date;
  lastUsedAt: Date;
  /** However often it is refreshed. */
  expiresAt: Date;
}

export type Rotation =
  | { outcome: 'rotated'; session: Session }
  /** It had been used up or revoked before; the whole session is revoked now. */
  | { outcome: 'reused'; userId: string; sessionId: string }
  /** Never issued, expired, or of another client. */
  | { outcome: 'unknown' };

export interface PresentedToken {
  hash: string;
  /** The OAuth client that presents it. */
  clientId?: string | undefined;
}

export interface Successor {
  hash: string;
  createdAt: Date;
}

/** Sessions that are revoked here are announced to the fleet in the same transaction. */
export interface SessionStore {
  /** Stores a session with its first refresh token; forgets the user's expired ones and ends the oldest beyond `perUserMax`. */
  start(session: Session, tokenHash: string, perUserMax: number): Promise<void>;
  /** Uses up the presented token and stores its successor, as one step even when many present it at once. */
  rotate(presented: PresentedToken, successor: Successor): Promise<Rotation>;
  /** The session where it is neither revoked nor expired. */
  findActive(id: string, now: Date): Promise<Session | undefined>;
  /** The session that a refresh token, used up or not, belongs to. */
  findByToken(tokenHash: string): Promise<Session | undefined>;
  /** A user's sessions that are neither revoked nor expired, the latest used first. */
  list(userId: string, now: Date): Promise<Session[]>;
  /** Ends a session, of `userId` alone where that is given. Answers false where there is none that goes on. */
  revoke(id: string, options: { userId?: string | undefined; now: Date }): Promise<boolean>;
  /** Ends a user's sessions; answers how many went on until now. */
  revokeAll(userId: string, options: { except?: string | undefined; now: Date }): Promise<number>;
}
