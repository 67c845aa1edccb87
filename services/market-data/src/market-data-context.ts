import type { DataManager } from '@quotefleet/data';
import type { EventBus } from '@quotefleet/messaging';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { DataSource } from 'typeorm';
import type { FactorBook } from './adjust/factor-book.ts';
import type { MarketDataEvents } from './events.ts';
import type { ImportBars } from './imports/import-routes.ts';
import type { Idempotency } from './ingest/idempotency.ts';
import type { RecordIngest } from './ingest/ingest-records.ts';
import type { TickIngest } from './ingest/ingest-ticks.ts';
import type { InstrumentDirectory } from './instruments/instrument-directory.ts';
import type { InstrumentNames } from './instruments/instrument-names.ts';
import type { InstrumentStore } from './instruments/instrument-store.ts';
import type { CheckQuality } from './quality/day-quality.ts';
import type { QuarantineStore } from './quarantine/quarantine-store.ts';
import type { Resubmit } from './quarantine/resubmit.ts';
import type { LastTicks } from './quotes/last-ticks.ts';
import type { PublishTrades } from './trades/publish-trades.ts';

/** What the parts of the service are made of. */
export interface MarketDataContext {
  bus: EventBus;
  dataSource: DataSource;
  data: DataManager;
  /** Of `data`: the tables of symbol and time. */
  series: TimeSeriesStore;
  instruments: InstrumentStore;
  names: InstrumentNames;
  directory: InstrumentDirectory;
  lastTicks: LastTicks;
  factors: FactorBook;
  ingest: TickIngest;
  publishTrades: PublishTrades;
  ingestRecords: RecordIngest;
  idempotency: Idempotency;
  importBars: ImportBars;
  quarantine: QuarantineStore;
  resubmit: Resubmit;
  checkQuality: CheckQuality;
  events: MarketDataEvents;
}
