import { authApi } from '@quotefleet/contracts';
import type { HttpClient } from '../http/client.ts';

const REPORT_EVERY_MS = 10_000;

/** Counts uses of API keys, and reports them to auth every ten seconds. What auth does not take is told with the next. */
export class KeyUses {
  readonly #auth: HttpClient;
  readonly #timer: NodeJS.Timeout;
  readonly #uses = new Map<string, { lastUsedAt: number; count: number }>();

  constructor(auth: HttpClient) {
    this.#auth = auth;
    this.#timer = setInterval(() => void this.report(), REPORT_EVERY_MS).unref();
  }

  note(id: string): void {
    const use = this.#uses.get(id);
    if (use) {
      use.lastUsedAt = Date.now();
      use.count += 1;
    } else if (this.#uses.size < authApi.KEY_USES_MAX) this.#uses.set(id, { lastUsedAt: Date.now(), count: 1 });
  }

  async report(): Promise<void> {
    if (this.#uses.size === 0) return;
    const uses = [...this.#uses].map(([id, use]) => ({ id, ...use }));
    this.#uses.clear();
    try {
      await this.#auth.call(authApi.reportKeyUses, { body: { uses } });
    } catch {
      for (const { id, lastUsedAt, count } of uses) {
        const newer = this.#uses.get(id);
        this.#uses.set(id, newer ? { ...newer, count: newer.count + count } : { lastUsedAt, count });
      }
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.report();
  }
}
