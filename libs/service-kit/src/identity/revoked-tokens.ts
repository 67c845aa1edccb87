import type { AuthRevokedPayload } from '@quotefleet/contracts';
import { ACCESS_TOKEN_SECONDS, CLOCK_TOLERANCE_SECONDS } from './token-rules.ts';

/** After so long every token from before a revocation has expired by itself. */
const KEPT_MS = (ACCESS_TOKEN_SECONDS + 2 * CLOCK_TOLERANCE_SECONDS) * 1000;
/** How often, in additions, what is over is looked for. */
const SWEEP_EVERY = 256;

/** What a token is judged by. */
export interface TokenFacts {
  subject: string;
  session: string | undefined;
  issuedAtMs: number;
}

/** Sessions and users whose access tokens are refused though they have not expired. */
export class RevokedTokens {
  /** Session ids, with when each was revoked. Both maps are in the order in which they were told. */
  readonly #sessions = new Map<string, number>();
  readonly #users = new Map<string, number>();
  #additions = 0;

  add({ kind, id, at = Date.now() }: AuthRevokedPayload): void {
    if (kind === 'api-key') return;
    const revoked = kind === 'session' ? this.#sessions : this.#users;
    revoked.set(id, Math.max(at, revoked.get(id) ?? 0));
    this.#additions += 1;
    if (this.#additions % SWEEP_EVERY === 0) this.#sweep();
  }

  has({ subject, session, issuedAtMs }: TokenFacts): boolean {
    if (session !== undefined && this.#sessions.has(session)) return true;
    const at = this.#users.get(subject);
    return at !== undefined && issuedAtMs <= at;
  }

  get size(): number {
    return this.#sessions.size + this.#users.size;
  }

  #sweep(): void {
    const over = Date.now() - KEPT_MS;
    for (const revoked of [this.#sessions, this.#users])
      for (const [id, at] of revoked) if (at < over) revoked.delete(id);
  }
}
