import type { InstrumentPayload } from '@quotefleet/contracts';

export interface SearchQuery {
  /** A part of code or name, or the beginning of the name's initials in pinyin. */
  text: string;
  /** What the text names as a symbol, in canonical form. */
  symbol?: string | undefined;
  kind?: string | undefined;
  limit: number;
}

export interface ListInstrumentsQuery {
  kind?: string | undefined;
  /** Symbols after this one. */
  after?: string | undefined;
  limit: number;
}

/** Storage of the instruments. */
export interface InstrumentStore {
  find(symbol: string): Promise<InstrumentPayload | undefined>;
  /** Best match first: the symbol itself, then beginnings, then parts. */
  search(query: SearchQuery): Promise<InstrumentPayload[]>;
  /** By symbol. */
  list(query: ListInstrumentsQuery): Promise<InstrumentPayload[]>;
  /** Adds those that are new and announces them; existing ones stay as they are. */
  addMissing(instruments: readonly InstrumentPayload[]): Promise<void>;
  /** Tells the fleet of instruments that were stored by other means. */
  announce(instruments: readonly InstrumentPayload[]): Promise<void>;
  /** Adds or replaces, and announces what changed. */
  upsert(instruments: readonly InstrumentPayload[]): Promise<void>;
}
