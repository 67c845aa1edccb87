import type { AuthEvents } from './events.ts';

const EVERY_MS = 60_000;

/** Runs every chore now and each minute, one after the other; one that fails is tried again a minute later. */
export class SignInChores {
  readonly #chores: readonly (() => Promise<void>)[];
  readonly #events: AuthEvents;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void>;

  constructor(chores: readonly (() => Promise<void>)[], events: AuthEvents) {
    this.#chores = chores;
    this.#events = events;
    this.#running = this.#run();
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#run());
    }, EVERY_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    for (const chore of this.#chores) {
      try {
        await chore();
      } catch (error) {
        this.#events.choreFailed(error);
      }
    }
  }
}
