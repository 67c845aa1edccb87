import {
  createEvent,
  type FieldError,
  type IngestTick,
  marketApi,
  type TickPayload,
  TOPICS,
} from '@quotefleet/contracts';
import type { EventBus } from '@quotefleet/messaging';
import { AppError } from '@quotefleet/service-kit';
import { canonicalSymbol, type InstrumentDirectory } from '../instruments/instrument-directory.ts';
import { checkTick } from './check-tick.ts';
import type { TickSequencer } from './tick-sequencer.ts';

interface RejectedTick extends FieldError {
  index: number;
}

export interface IngestOutcome {
  accepted: number;
  rejected: RejectedTick[];
}

export interface TickIngest {
  /** Each record stands alone; resolves once the bus has the accepted ones. */
  ingest(records: readonly unknown[], traceId: string): Promise<IngestOutcome>;
  /** Publishes ticks of a trusted source as they are. */
  publish(ticks: readonly TickPayload[], traceId?: string): Promise<void>;
}

interface TickIngestOptions {
  bus: EventBus;
  directory: InstrumentDirectory;
  sequencer: TickSequencer;
  now: () => number;
}

export function createTickIngest({ bus, directory, sequencer, now }: TickIngestOptions): TickIngest {
  async function publish(ticks: readonly TickPayload[], traceId?: string): Promise<void> {
    await directory.ensure(ticks.map((tick) => tick.symbol));
    await bus.publish(
      TOPICS.ticks,
      ticks.map((tick) => ({ key: tick.symbol, value: createEvent('md.tick', tick, traceId) })),
    );
  }

  return {
    publish,
    async ingest(records, traceId) {
      const rejected: RejectedTick[] = [];
      const parsed: IngestTick[] = [];
      for (const [index, record] of records.entries()) {
        const result = parseTick(record);
        if ('field' in result) rejected.push({ index, ...result });
        else parsed.push(result);
      }
      const receivedTs = now();
      const ticks = parsed.map((tick) => sequencer.stamp(tick, receivedTs));
      if (ticks.length > 0) await publish(ticks, traceId);
      return { accepted: ticks.length, rejected };
    },
  };
}

function parseTick(record: unknown): IngestTick | FieldError {
  const parsed = marketApi.ingestTickSchema.safeParse(record);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { field: issue?.path.join('.') || 'tick', message: issue?.message ?? 'malformed' };
  }
  try {
    const tick = { ...parsed.data, symbol: canonicalSymbol(parsed.data.symbol) };
    return checkTick(tick) ?? tick;
  } catch (error) {
    if (error instanceof AppError) return { field: 'symbol', message: error.message };
    throw error;
  }
}
