import type { Connection, Submittable } from 'pg';

/** COPY of a query's rows to the client. The server sends each row as a message of its own. */
export class CopyOut implements Submittable {
  readonly done: Promise<void>;
  readonly #query: string;
  readonly #onData: (chunk: Buffer) => void;
  readonly #settle: { resolve: () => void; reject: (error: unknown) => void };
  #failure: { error: unknown } | undefined;

  /** @param onData takes the data of one message, which lasts as long as the call */
  constructor(query: string, onData: (chunk: Buffer) => void) {
    this.#query = query;
    this.#onData = onData;
    const { promise, ...settle } = Promise.withResolvers<void>();
    this.done = promise;
    this.#settle = settle;
  }

  submit(connection: Connection): void {
    connection.query(`COPY (${this.#query}) TO STDOUT (FORMAT binary)`);
  }

  /** pg wraps this one to stop its timer. */
  callback(): void {
    // The outcome is told by `done`.
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.#failure) return;
    try {
      this.#onData(chunk);
    } catch (error) {
      // Thrown from here it would end the process; the rest of the data must be taken off the connection all the same.
      this.#failure = { error };
    }
  }

  handleCommandComplete(): void {
    // Only the end counts.
  }

  handleReadyForQuery(): void {
    this.callback();
    if (this.#failure) this.#settle.reject(this.#failure.error);
    else this.#settle.resolve();
  }

  handleError(error: Error): void {
    this.callback();
    this.#settle.reject(error);
  }
}
