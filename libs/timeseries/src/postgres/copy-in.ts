import type { Connection, Submittable } from 'pg';

/** The target of one COPY and its rows. */
export interface CopyPart {
  /** Table and columns. */
  target: string;
  /** CopyData messages of the binary format. */
  messages: readonly Buffer[];
}

const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

/**
 * COPY of rows that are encoded already, into one or several tables, in a single round trip: statement and data leave
 * together, as the protocol allows (the server ignores copy data of a statement that failed). Statements sent as one
 * query are one transaction, unless the session is in one.
 */
export class CopyIn implements Submittable {
  readonly done: Promise<void>;
  readonly #parts: readonly CopyPart[];
  readonly #settle: { resolve: () => void; reject: (error: Error) => void };

  constructor(parts: readonly CopyPart[]) {
    this.#parts = parts;
    const { promise, ...settle } = Promise.withResolvers<void>();
    this.done = promise;
    this.#settle = settle;
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(this.#parts.map(({ target }) => `COPY ${target} FROM STDIN (FORMAT binary)`).join(';'));
    for (const { messages } of this.#parts) {
      for (const message of messages) stream.write(message);
      stream.write(COPY_DONE);
    }
    stream.uncork();
  }

  /** pg wraps this one to stop its timer. */
  callback(): void {
    // The outcome is told by `done`.
  }

  handleCopyInResponse(): void {
    // The data is on its way already.
  }

  handleCommandComplete(): void {
    // Only the end of all parts counts.
  }

  handleReadyForQuery(): void {
    this.callback();
    this.#settle.resolve();
  }

  handleError(error: Error): void {
    this.callback();
    this.#settle.reject(error);
  }
}
