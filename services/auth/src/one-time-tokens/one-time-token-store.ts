import type { Identity } from '@quotefleet/contracts';
import type { Role } from '../users/user.ts';

/** What a token of each kind carries; addresses are sealed. */
export interface TokenData {
  'verify-email': { sealed: string; index: string };
  'reset-password': Record<string, never>;
  invitation: { role: Role };
  /** Whoever asked for it, as they were then. */
  socket: Identity;
}
export type TokenKind = keyof TokenData;

export interface OneTimeToken {
  hash: string;
  kind: TokenKind;
  userId?: string;
  data: TokenData[TokenKind];
  createdAt: Date;
  expiresAt: Date;
}

export type FoundToken = Pick<OneTimeToken, 'data'> & { userId?: string };

export interface OneTimeTokenStore {
  /** Stores a token; those of the same kind that the user had are good no more. */
  insert(token: OneTimeToken): Promise<void>;
  /** A token that is good now; it stays so. */
  find(kind: TokenKind, hash: string, now: Date): Promise<FoundToken | undefined>;
  /** Uses a token up, once of many who try at once. */
  take(kind: TokenKind, hash: string, now: Date): Promise<FoundToken | undefined>;
  /** Removes expired ones. */
  prune(now: Date): Promise<void>;
}
