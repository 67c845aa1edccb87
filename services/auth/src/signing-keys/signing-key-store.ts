import type { JWK } from 'jose';

/** An EdDSA key pair; `kid` names it in tokens and in the JWKS. */
export interface SigningKey {
  kid: string;
  publicJwk: JWK;
  privateJwk: JWK;
  /** From when on it is published. */
  createdAt: Date;
  /** From when on it signs, until its successor does. */
  signsFrom: Date;
}

/** The keys form a chain: each has one successor at most. */
export interface SigningKeyStore {
  /**
   * Stores `candidate` as the successor of the key `follows` (as the first one where undefined) unless there is one. Answers
   * with the successor: of many who try at once, one wins.
   */
  append(candidate: SigningKey, follows: string | undefined): Promise<SigningKey>;
  /** The newest first. */
  list(): Promise<SigningKey[]>;
  remove(kid: string): Promise<void>;
}
