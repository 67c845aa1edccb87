/** One refresh token. All tokens that follow from one sign-in share `familyId`, the id of the first, and its expiry. */
export interface RefreshToken {
  id: string;
  familyId: string;
  userId: string;
  tokenHash: string;
  createdAt: Date;
  expiresAt: Date;
}

export type Rotation =
  | { outcome: 'rotated'; userId: string }
  /** It had been used up or revoked before; the whole family is revoked now. */
  | { outcome: 'reused'; userId: string; familyId: string }
  /** Never issued, or expired. */
  | { outcome: 'unknown' };

export interface RefreshTokenStore {
  /** Stores the first token of a family and forgets the user's expired ones. */
  startFamily(token: RefreshToken): Promise<void>;
  /** Uses up the presented token and stores its successor, as one step even when many present it at once. */
  rotate(presentedHash: string, successor: { id: string; tokenHash: string; createdAt: Date }): Promise<Rotation>;
}
