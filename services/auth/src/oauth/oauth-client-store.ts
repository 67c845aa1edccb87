import type { authApi, Scope } from '@quotefleet/contracts';
import type { Role } from '../users/user.ts';

/** A program that asks for tokens, for itself or for users who tell it their password. */
export interface OAuthClient {
  id: string;
  name: string;
  role: Role;
  /** The most that its tokens hold. */
  scopes: Scope[];
  grants: authApi.GrantType[];
  createdAt: Date;
  expiresAt?: Date;
}

export interface NewSecret {
  hash: string;
  createdAt: Date;
}

export interface OAuthClientStore {
  insert(client: OAuthClient, secret: NewSecret): Promise<void>;
  /** The client and the hashes of its secrets that are good now; nothing where it is revoked or expired. */
  findValid(id: string, now: Date): Promise<{ client: OAuthClient; secretHashes: string[] } | undefined>;
  /** Clients that are not revoked, oldest first. */
  list(): Promise<OAuthClient[]>;
  /** Adds a secret; the former ones end at `formerUntil`. Nothing where there is no such client. */
  rotate(id: string, secret: NewSecret, formerUntil: Date): Promise<OAuthClient | undefined>;
  /** Revokes a client with the sessions it began, and announces both. Answers false where there is none to revoke. */
  revoke(id: string, now: Date): Promise<boolean>;
}
