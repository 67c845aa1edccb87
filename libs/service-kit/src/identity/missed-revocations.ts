import { type AuthRevokedPayload, authApi } from '@quotefleet/contracts';
import type { HttpClient } from '../http/client.ts';
import { ACCESS_TOKEN_SECONDS } from './token-rules.ts';

const POLL_EVERY_MS = 3000;
/** A transaction may commit so much later than the time it wrote down, and clocks differ. */
const OVERLAP_MS = 60_000;

/**
 * Asks auth who lost rights: all that matters at the start, and then every few seconds what may have been missed while the
 * bus was away. Each is told once, and none that an event has told of: whoever came back since must be left alone.
 */
export class MissedRevocations {
  readonly #auth: HttpClient;
  readonly #tell: (revoked: AuthRevokedPayload) => void;
  readonly #stopping = new AbortController();
  readonly #told = new Map<string, number>();
  #since = Date.now() - ACCESS_TOKEN_SECONDS * 1000 - OVERLAP_MS;
  #asking: Promise<void> | undefined;
  #loaded = false;
  readonly #timer: NodeJS.Timeout;

  constructor(auth: HttpClient, tell: (revoked: AuthRevokedPayload) => void) {
    this.#auth = auth;
    this.#tell = tell;
    this.#timer = setInterval(() => void this.#ask().catch(ignoreUntilNext), POLL_EVERY_MS).unref();
  }

  /** Resolves once all that was revoked before the start is known. @throws AppError where auth cannot be asked */
  async ready(): Promise<void> {
    if (!this.#loaded) await this.#ask();
  }

  /** Notes what an event has told of; false for what was known before. */
  noteTold({ kind, id, at }: AuthRevokedPayload): boolean {
    if (at === undefined) return true;
    const name = nameOf({ kind, id, at });
    if (this.#told.has(name)) return false;
    this.#told.set(name, at);
    return true;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopping.abort();
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#load().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #load(): Promise<void> {
    const { signal } = this.#stopping;
    let after: number | undefined;
    let now = this.#since;
    do {
      const query = { since: this.#since, after };
      const page = await this.#auth.call(authApi.listRevocations, { query, signal });
      for (const revoked of page.revocations) this.#tellOnce(revoked);
      if (after === undefined) now = page.now;
      after = page.next;
    } while (after !== undefined);
    this.#since = Math.max(0, Math.floor(now) - OVERLAP_MS);
    this.#loaded = true;
    for (const [name, at] of this.#told) if (at < this.#since) this.#told.delete(name);
  }

  #tellOnce(revoked: AuthRevokedPayload & { at: number }): void {
    if (this.noteTold(revoked)) this.#tell(revoked);
  }
}

function nameOf({ kind, id, at }: AuthRevokedPayload & { at: number }): string {
  return `${kind} ${id} ${at}`;
}

/** While auth is away nobody can revoke; events and the next poll tell the rest. */
const ignoreUntilNext = () => undefined;
