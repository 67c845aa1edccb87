import type { EventBus } from '@quotefleet/messaging';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { DataSource } from 'typeorm';
import type { MarketDataEvents } from './events.ts';
import type { ImportBars } from './imports/import-routes.ts';
import type { TickIngest } from './ingest/ingest-ticks.ts';
import type { InstrumentDirectory } from './instruments/instrument-directory.ts';
import type { InstrumentStore } from './instruments/instrument-store.ts';

/** What the parts of the service are made of. */
export interface MarketDataContext {
  bus: EventBus;
  dataSource: DataSource;
  store: TimeSeriesStore;
  instruments: InstrumentStore;
  directory: InstrumentDirectory;
  ingest: TickIngest;
  importBars: ImportBars;
  events: MarketDataEvents;
}
