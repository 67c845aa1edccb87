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
  lastUsedAt?: Date;
  /** The secret to sign requests with, sealed; absent where the key was not made for that. */
  signingSealed?: string;
}

/** A key that is good now, with its owner's role. */
export interface ValidKey {
  key: ApiKey;
  role: Role;
}

export interface KeyUse {
  id: string;
  lastUsedAt: Date;
}

/** What the adoption of a bootstrap key has changed; nothing where it was in use before. */
export interface Adoption {
  /** Ids of the keys that ended. */
  retired: string[];
  /** Id of the key, where it was not in use before. */
  adopted?: string;
  /** Whether it was revoked once, and is no key any more. */
  revoked: boolean;
}

export interface ApiKeyStore {
  /** Answers false, and stores nothing, when the user holds `perUserMax` keys that are not revoked. */
  insert(key: ApiKey, perUserMax: number): Promise<boolean>;
  /** A user's keys that are not revoked, oldest first. */
  list(userId: string): Promise<ApiKey[]>;
  /** Nothing where the key is revoked or expired, or its user is disabled. */
  findValid(keyHash: string, now: Date): Promise<ValidKey | undefined>;
  /** The same, of a key by its id that was made to sign with. */
  findSigning(id: string, now: Date): Promise<ValidKey | undefined>;
  /** Answers false where the owner has no such key. */
  rename(id: string, ownerId: string, name: string): Promise<boolean>;
  /** The owner's key by its id, where it is good and may be replaced: a bootstrap key may not. */
  findOwn(id: string, ownerId: string, now: Date): Promise<ApiKey | undefined>;
  /**
   * Stores `successor`, and lets the key go at `formerUntil`; where that is now, it is announced. Answers false, and stores
   * nothing, where the owner has no such key any more.
   */
  replace(id: string, successor: ApiKey, formerUntil: Date): Promise<boolean>;
  /** Notes when keys were last used; answers how many are known. An earlier time than the one noted changes nothing. */
  noteUses(uses: readonly KeyUse[]): Promise<number>;
  /**
   * Revokes a key, of `ownerId` alone where that is given, and announces it in the same transaction.
   * Answers false when there is no such key; a key revoked before stays as it is.
   */
  revoke(id: string, options: { ownerId?: string; now: Date }): Promise<boolean>;
  /**
   * Makes this key the bootstrap key of a user who is created for it; every former one expires now and is
   * announced. A key that was revoked stays so.
   */
  adoptBootstrap(keyHash: string, now: Date): Promise<Adoption>;
}
