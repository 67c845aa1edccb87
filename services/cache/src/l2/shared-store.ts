/** An answer as the nodes share it. */
export interface SharedAnswer {
  /** As it is kept. */
  body: Buffer;
  /** When its making began, ms since epoch UTC, by the clock of the node that made it. */
  madeAt: number;
  freshUntil: number;
}

/** The second level: a hint that may fail at any time, never an error to a client. */
export interface SharedStore {
  find(key: string): Promise<SharedAnswer | undefined>;
  /** Does not wait for the outcome. */
  put(key: string, answer: SharedAnswer): void;
  close(): Promise<void>;
}
