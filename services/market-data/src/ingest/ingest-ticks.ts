import {
  createEvent,
  type FieldError,
  type IngestReport,
  type IngestTick,
  marketApi,
  type TickPayload,
  TOPICS,
} from '@quotefleet/contracts';
import type { EventBus } from '@quotefleet/messaging';
import { AppError } from '@quotefleet/service-kit';
import type { TableDefinition } from '@quotefleet/tables';
import { canonicalSymbol, type InstrumentDirectory } from '../instruments/instrument-directory.ts';
import type { QuarantineStore } from '../quarantine/quarantine-store.ts';
import { faultOf } from './check-record.ts';
import { checkTick } from './check-tick.ts';
import { timeReader } from './read-times.ts';
import { type Origin, refusedRows } from './refused-rows.ts';
import type { GivenRecord } from './request-records.ts';
import type { TickSequencer } from './tick-sequencer.ts';

export interface TickIngestRequest {
  records: readonly GivenRecord[];
  traceId: string;
  /** Refused ticks go to quarantine under it; nowhere where absent. */
  origin?: Origin;
}

export interface TickIngest {
  /** Each record stands alone; resolves once the bus has the accepted ones. */
  ingest(request: TickIngestRequest): Promise<IngestReport>;
  /** Publishes ticks of a trusted source as they are. */
  publish(ticks: readonly TickPayload[], traceId?: string): Promise<void>;
}

interface TickIngestOptions {
  bus: EventBus;
  directory: InstrumentDirectory;
  quarantine: QuarantineStore;
  sequencer: TickSequencer;
  table: TableDefinition;
  now: () => number;
}

export function createTickIngest(options: TickIngestOptions): TickIngest {
  const { bus, directory, quarantine, sequencer, table, now } = options;
  const readTimes = timeReader(table);

  async function publish(ticks: readonly TickPayload[], traceId?: string): Promise<void> {
    await directory.ensure(ticks.map((tick) => tick.symbol));
    await bus.publish(
      TOPICS.ticks,
      ticks.map((tick) => ({ key: tick.symbol, value: createEvent('md.tick', tick, traceId) })),
    );
  }

  return {
    publish,
    async ingest({ records, traceId, origin }) {
      const rejected: IngestReport['rejected'] = [];
      const parsed: IngestTick[] = [];
      for (const [index, given] of records.entries()) {
        const result = 'fault' in given ? { field: 'tick', message: given.fault } : parseTick(readTimes(given.record));
        if ('field' in result) rejected.push({ index, ...result });
        else parsed.push(result);
      }
      // Before the bus has any: a call that fails here can be given again.
      if (origin) await quarantine.add(refusedRows({ table: table.name, origin, records, rejected }));
      const receivedTs = now();
      const ticks = parsed.map((tick) => sequencer.stamp(tick, receivedTs));
      if (ticks.length > 0) await publish(ticks, traceId);
      return { accepted: ticks.length, rejected };
    },
  };
}

function parseTick(record: unknown): IngestTick | FieldError {
  const parsed = marketApi.ingestTickSchema.safeParse(record);
  if (!parsed.success) return faultOf(parsed.error);
  try {
    const tick = { ...parsed.data, symbol: canonicalSymbol(parsed.data.symbol) };
    return checkTick(tick) ?? tick;
  } catch (error) {
    if (error instanceof AppError) return { field: 'symbol', message: error.message };
    throw error;
  }
}
