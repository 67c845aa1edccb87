import type { ImportReport } from '@quotefleet/contracts';
import type { BusTrouble } from '@quotefleet/messaging';
import type { Logger, Metrics } from '@quotefleet/service-kit';

interface TicksStored {
  ticks: number;
  bars: number;
  elapsedMs: number;
}

/** The one place where what happens in this service is counted and logged. */
export interface MarketDataEvents {
  ticksStored(batch: TicksStored): void;
  barsImported(report: ImportReport): void;
  busTrouble(trouble: BusTrouble): void;
  sourceFailed(error: unknown): void;
  /** The simulated exchange has traded the last day that the calendar knows. */
  calendarEnded(lastDate: string): void;
  invalidationFailed(error: unknown): void;
  /** Something that is done again by the clock failed this time. */
  choreFailed(chore: string, error: unknown): void;
  retired(what: readonly string[]): void;
}

const BATCH_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

export function createMarketDataEvents(logger: Logger, metrics: Metrics): MarketDataEvents {
  const ticks = metrics.counter('market_data_ticks_total', 'Ticks handed to the store');
  const bars = metrics.counter('market_data_bars_total', 'Bars built and stored');
  const batchSeconds = metrics.histogram(
    'market_data_batch_seconds',
    'Time to store a batch of ticks and its bars',
    [],
    BATCH_SECONDS,
  );
  const imported = metrics.counter('market_data_imported_rows_total', 'Rows of imported files, by outcome', [
    'outcome',
  ]);
  const trouble = metrics.counter('market_data_bus_trouble_total', 'Redeliveries, dead letters and lost connections', [
    'kind',
  ]);
  return {
    ticksStored({ ticks: tickCount, bars: barCount, elapsedMs }) {
      ticks.inc(tickCount);
      bars.inc(barCount);
      batchSeconds.observe(elapsedMs / 1000);
    },
    barsImported(report) {
      const { file, rows, accepted, amended, unchanged, quarantined } = report;
      imported.inc({ outcome: 'accepted' }, accepted);
      imported.inc({ outcome: 'amended' }, amended);
      imported.inc({ outcome: 'quarantined' }, quarantined);
      logger.info({ file, rows, accepted, amended, unchanged, quarantined }, 'bars imported');
    },
    busTrouble(event) {
      trouble.inc({ kind: event.kind });
      logger.warn(event, 'bus trouble');
    },
    sourceFailed: (error) => logger.error({ err: error }, 'source failed'),
    calendarEnded: (lastDate) =>
      logger.warn({ lastDate }, 'the simulated exchange has come to the end of the calendar'),
    choreFailed: (chore, error) => logger.warn({ err: error, chore }, 'a chore failed; it is tried again'),
    retired: (what) => logger.info({ what }, 'data past its retention dropped'),
    invalidationFailed: (error) =>
      logger.warn({ err: error }, 'cached answers could not be invalidated; they expire by their age'),
  };
}
