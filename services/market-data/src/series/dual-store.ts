import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openTimeSeries } from '@quotefleet/data';
import type { Logger, Metrics } from '@quotefleet/service-kit';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { MarketDataConfig } from '../config.ts';

const NAME = 'market';

/**
 * The store that writes to two databases where a second one is configured. What that misses waits in a journal of this
 * process's roles, so processes of different roles may share the directory.
 */
export async function openDualStore(
  { timeSeries, secondary, roles, pool }: MarketDataConfig,
  { logger, metrics }: { logger: Logger; metrics: Metrics },
): Promise<TimeSeriesStore | undefined> {
  if (!secondary) return undefined;
  // What moves data between databases is of no use to most processes, and takes its time and memory to load.
  const { createDualStore } = await import('@quotefleet/transfer');
  mkdirSync(secondary.journal, { recursive: true });
  const store = await createDualStore({
    primary: openTimeSeries(timeSeries, NAME, { pool, logger }),
    secondary: openTimeSeries(secondary, NAME, { pool, logger }),
    journal: join(secondary.journal, `${[...roles].sort().join('-')}.journal`),
    logger,
  });
  const gauge = (kind: 'waiting' | 'refused' | 'missed', help: string) =>
    metrics.readGauge(`market_data_secondary_${kind}`, help, () => store.secondaryStatus()[kind]);
  gauge('waiting', 'Changes that the second database has not got yet');
  gauge('refused', 'Changes that the second database refused for good');
  gauge('missed', 'Changes that neither the second database nor its journal took');
  return store;
}
