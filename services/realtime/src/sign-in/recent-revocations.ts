import type { Identity } from '@quotefleet/contracts';

/** Longer than signing in can take. */
const KEPT_MS = 60_000;

/** What lost its rights lately: who was let in by what was good a moment before is found by it. */
export class RecentRevocations {
  /** When each was revoked last, by performance.now(); the oldest first. */
  readonly #revokedAt = new Map<string, number>();

  /** Takes note of an API key, a user or a session. */
  note(id: string): void {
    const now = performance.now();
    this.#revokedAt.delete(id);
    this.#revokedAt.set(id, now);
    for (const [oldest, at] of this.#revokedAt) {
      if (at > now - KEPT_MS) return;
      this.#revokedAt.delete(oldest);
    }
  }

  /** Whether what somebody signed in by was revoked after a moment of performance.now(). */
  hit({ client, subject, session }: Identity, since: number): boolean {
    return [client, subject, session].some((id) => id !== undefined && (this.#revokedAt.get(id) ?? -1) >= since);
  }
}
