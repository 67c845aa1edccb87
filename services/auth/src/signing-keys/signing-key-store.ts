import type { JWK } from 'jose';

/** An EdDSA key pair; `kid` names it in tokens and in the JWKS. */
export interface SigningKey {
  kid: string;
  publicJwk: JWK;
  privateJwk: JWK;
  createdAt: Date;
}

export interface SigningKeyStore {
  /** The key that signs now. Stores `candidate` as that key when there is none: of many who try at once, one wins. */
  adopt(candidate: SigningKey): Promise<SigningKey>;
  findActive(): Promise<SigningKey | undefined>;
  /** Every key whose tokens are still accepted. */
  list(): Promise<SigningKey[]>;
}
