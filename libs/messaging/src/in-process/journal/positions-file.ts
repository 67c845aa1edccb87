import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { BusUnavailableError } from '../../event-bus.ts';
import { reasonOf } from '../../reason-of.ts';

/** Committed positions: topic -> group -> offset per partition. */
export type Positions = Record<string, Record<string, number[]>>;

/** Positions that are lost with a kill only mean that a little is delivered again. */
const SAVE_PAUSE_MS = 100;

/** The file that keeps the positions of the groups; saved at most every 100 ms, replaced as a whole. */
export class PositionsFile {
  readonly #path: string;
  readonly #current: () => Positions;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> | undefined;
  #failure: string | undefined;

  constructor(path: string, current: () => Positions) {
    this.#path = path;
    this.#current = current;
  }

  /** @throws Error when the file is there but holds something else */
  load(): Positions {
    if (!existsSync(this.#path)) {
      return {};
    }
    const text = readFileSync(this.#path, 'utf8');
    try {
      return JSON.parse(text);
    } catch (error) {
      const found = JSON.stringify(text.slice(0, 40));
      throw new Error(`${this.#path}: expected JSON, found ${found}; without the file every group starts anew`, {
        cause: error,
      });
    }
  }

  /** Saves soon. */
  touch(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#saving = this.#save();
    }, SAVE_PAUSE_MS).unref();
  }

  /** Throws when the positions could not be saved lately. */
  check(): void {
    if (this.#failure !== undefined) {
      throw new BusUnavailableError(this.#failure);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#saving;
    await this.#save();
    this.check();
  }

  async #save(): Promise<void> {
    const temporary = `${this.#path}.new`;
    try {
      await writeFile(temporary, JSON.stringify(this.#current()));
      await rename(temporary, this.#path);
      this.#failure = undefined;
    } catch (error) {
      this.#failure = `${this.#path} could not be saved: ${reasonOf(error)}`;
    }
  }
}
