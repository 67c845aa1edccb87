/** Remembers which nonces were used, so that a signed request is taken once. */
export interface NonceStore {
  /**
   * Whether a nonce was not used before; from then on it is, for `ttlMs` at least. Of several who come with one at a
   * time, one is told true.
   * @throws AppError UNAVAILABLE where it cannot be told
   */
  claim(nonce: string, ttlMs: number): Promise<boolean>;
  close(): Promise<void>;
}
