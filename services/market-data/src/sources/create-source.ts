import type { SourceConfig } from '../config.ts';
import type { MarketDataContext } from '../market-data-context.ts';
import type { QuoteSource } from './quote-source.ts';
import { createReplaySource, type ReplayPosition } from './replay/replay-source.ts';
import { createDatabaseCheckpoint } from './source-state.ts';

/** The source of the config, going on where it stopped. */
export async function createSource(config: SourceConfig, context: MarketDataContext): Promise<QuoteSource> {
  if (config.kind === 'none') return silentSource;
  if (config.kind === 'replay') {
    const checkpoint = createDatabaseCheckpoint<ReplayPosition>(context.dataSource, 'replay');
    return createReplaySource({
      path: config.path,
      speed: config.speed,
      checkpoint,
      onFailure: context.events.sourceFailed,
    });
  }
  throw new Error('sim');
}

const silentSource: QuoteSource = {
  start: async () => undefined,
  stop: async () => undefined,
};
