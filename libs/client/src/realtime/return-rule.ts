/** How a connection ended, or was refused. */
export interface Ending {
  /** Of the fleet's farewell or refusal; `NETWORK`, `SILENT` or `CLOSED` where there was none. */
  code: string;
  reason: string;
  /** The server ended it in the way that tells clients to stay away. */
  isDismissal: boolean;
  retryAfterMs: number | undefined;
  /** False where it was refused, or never came about. */
  wasOpen: boolean;
}

export type Return =
  | { returns: false }
  /** @property renews with another token than before */
  | { returns: true; renews: boolean; afterMs: number | undefined };

/**
 * Whether to connect again after an ending. Not where the fleet does not want this client: its key or user lost its
 * rights, it was kicked, its credentials are not good and no others can be had.
 */
export function judgeEnding(
  { code, isDismissal, retryAfterMs, wasOpen }: Ending,
  { canRenew, refusals }: { canRenew: boolean; refusals: number },
): Return {
  const again: Return = { returns: true, renews: false, afterMs: retryAfterMs };
  switch (code) {
    case 'CLOSED':
    case 'INVALID_ARGUMENT':
      return { returns: false };
    case 'TOKEN_EXPIRED':
      return canRenew ? { ...again, renews: true, afterMs: retryAfterMs ?? 0 } : { returns: false };
    case 'UNAUTHENTICATED':
      // A token may have ended on the way; a new one that is refused as well ends it.
      return canRenew && refusals === 0 ? { ...again, renews: true, afterMs: retryAfterMs ?? 0 } : { returns: false };
    case 'FORBIDDEN':
      return wasOpen ? again : { returns: false };
    case 'REVOKED':
    case 'KICKED':
      return isDismissal ? { returns: false } : again;
    default:
      return again;
  }
}
