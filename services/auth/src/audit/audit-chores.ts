import type { DataSource } from 'typeorm';
import { anchorAudit } from './anchor-audit.ts';
import type { AuditEvents } from './audit-events.ts';
import { retireAudit } from './retire-audit.ts';
import type { AuditSigningKeys } from './signed-heads.ts';

const ANCHOR_EVERY_MS = 60_000;
const RETIRE_EVERY_MS = 3600 * 1000;

interface AuditChoresOptions {
  dataSource: DataSource;
  keys: AuditSigningKeys;
  events: AuditEvents;
  /** 0 keeps entries for ever. */
  retentionDays: number;
}

/** What every auth process does in the background: signs the head of the chain, removes what is past its retention. */
export class AuditChores {
  readonly #options: AuditChoresOptions;
  readonly #timers: NodeJS.Timeout[];
  #running: Promise<void>;

  constructor(options: AuditChoresOptions) {
    this.#options = options;
    this.#running = this.#run(() => this.#retire());
    this.#timers = [
      setInterval(() => this.#enqueue(() => this.#anchor()), ANCHOR_EVERY_MS).unref(),
      setInterval(() => this.#enqueue(() => this.#retire()), RETIRE_EVERY_MS).unref(),
    ];
  }

  /** Signs the head a last time: what comes after it is another process's to tell. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#enqueue(() => this.#anchor());
    await this.#running;
  }

  #enqueue(chore: () => Promise<void>): void {
    this.#running = this.#running.then(() => this.#run(chore));
  }

  async #run(chore: () => Promise<void>): Promise<void> {
    try {
      await chore();
    } catch (error) {
      this.#options.events.choreFailed(error);
    }
  }

  async #anchor(): Promise<void> {
    const { dataSource, keys, events } = this.#options;
    const anchor = await anchorAudit(dataSource, keys);
    if (anchor) events.anchored(anchor);
  }

  async #retire(): Promise<void> {
    const { dataSource, keys, events, retentionDays } = this.#options;
    if (retentionDays === 0) return;
    const removed = await retireAudit(dataSource, { keys, retentionDays });
    if (removed > 0) events.retired(removed);
  }
}
