import type { InstrumentPayload } from '@quotefleet/contracts';

export interface ListInstrumentsQuery {
  kind?: string | undefined;
  /** Symbols after this one. */
  after?: string | undefined;
  limit: number;
}

/** Storage of the instruments. */
export interface InstrumentStore {
  find(symbol: string): Promise<InstrumentPayload | undefined>;
  /** By symbol. */
  list(query: ListInstrumentsQuery): Promise<InstrumentPayload[]>;
  /** Adds those that are new and announces them; existing ones stay as they are. */
  addMissing(instruments: readonly InstrumentPayload[]): Promise<void>;
  /** Adds or replaces, and announces what changed. */
  upsert(instruments: readonly InstrumentPayload[]): Promise<void>;
}
