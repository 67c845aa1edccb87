import type { Scope } from '@quotefleet/contracts';
import type { Role } from '../users/user.ts';

export interface ApiKey {
  id: string;
  userId: string;
  name: string;
  /** The part of the key that is no secret. */
  prefix: string;
  keyHash: string;
  scopes: Scope[];
  createdAt: Date;
  expiresAt?: Date;
}

export interface ApiKeyStore {
  /** Answers false, and stores nothing, when the user holds `perUserMax` keys that are not revoked. */
  insert(key: ApiKey, perUserMax: number): Promise<boolean>;
  /** A user's keys that are not revoked, oldest first. */
  list(userId: string): Promise<ApiKey[]>;
  /** The key and its user's role; nothing where it is revoked or expired. */
  findValid(keyHash: string, now: Date): Promise<{ key: ApiKey; role: Role } | undefined>;
  /**
   * Revokes a key, of `ownerId` alone where that is given, and announces it in the same transaction.
   * Answers false when there is no such key; a key revoked before stays as it is.
   */
  revoke(id: string, options: { ownerId?: string; now: Date }): Promise<boolean>;
  /**
   * Makes this key the bootstrap key of a user who is created for it; every former one expires now and is
   * announced. A key that was revoked stays so.
   */
  adoptBootstrap(keyHash: string, now: Date): Promise<{ retired: number; revoked: boolean }>;
}
