/** One event that waits to be published. */
export interface OutboxRow {
  id: number;
  eventId: string;
  topic: string;
  key: string;
  /** The envelope that was appended. */
  event: unknown;
  /** Refusals so far. */
  attempts: number;
  createdAtMs: number;
}

/** Hands rows to the bus, in their order, and resolves once the bus has all of them. */
export type Publish = (rows: readonly OutboxRow[]) => Promise<void>;
