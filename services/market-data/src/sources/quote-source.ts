import type { TickPayload } from '@quotefleet/contracts';

/** Takes ticks in; resolves once the bus has accepted them. */
export type TickSink = (ticks: TickPayload[]) => Promise<void>;

/** A feed of ticks. */
export interface QuoteSource {
  /** Resolves when the feed runs; ticks go to the sink, one call at a time. */
  start(sink: TickSink): Promise<void>;
  /** Resolves when no more ticks come and the position is saved. */
  stop(): Promise<unknown>;
}

/** Where a source keeps its position between runs. */
export interface CheckpointStore<S> {
  load(): Promise<S | undefined>;
  save(state: S): Promise<void>;
}
