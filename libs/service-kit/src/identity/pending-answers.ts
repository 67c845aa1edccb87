import type { Identity } from '@quotefleet/contracts';

/** Answers of auth that are on their way, and who lost rights meanwhile: they may be out of date when they come. */
export class PendingAnswers {
  readonly #pending = new Set<Set<string>>();

  /** What `ask` answers, and whether a revocation of whom it names has overtaken it. */
  async follow(ask: () => Promise<Identity>): Promise<{ identity: Identity; isOvertaken: boolean }> {
    const gone = new Set<string>();
    this.#pending.add(gone);
    try {
      const identity = await ask();
      const { subject, client, session = '' } = identity;
      return { identity, isOvertaken: [subject, client, session].some((id) => gone.has(id)) };
    } finally {
      this.#pending.delete(gone);
    }
  }

  /** Notes that a user, session or API key lost its rights. */
  forget(id: string): void {
    for (const gone of this.#pending) gone.add(id);
  }
}
