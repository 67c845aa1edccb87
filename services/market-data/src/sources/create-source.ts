import type { SourceConfig } from '../config.ts';
import type { MarketDataContext } from '../market-data-context.ts';
import { persistentSink } from './persistent-sink.ts';
import type { QuoteSource } from './quote-source.ts';
import { createReplaySource, type ReplayPosition } from './replay/replay-source.ts';
import { createSimFeed } from './sim-feed.ts';
import { createDatabaseCheckpoint } from './source-state.ts';

/** The source of the config, going on where it stopped; it waits for a bus that is away. */
export function createSource(config: SourceConfig, context: MarketDataContext): QuoteSource {
  const source = bareSource(config, context);
  const stopping = new AbortController();
  return {
    start: (sink) =>
      source.start(persistentSink({ sink, signal: stopping.signal, onFailure: context.events.sourceFailed })),
    async stop() {
      stopping.abort();
      await source.stop();
    },
  };
}

function bareSource(config: SourceConfig, context: MarketDataContext): QuoteSource {
  const { dataSource, events } = context;
  switch (config.kind) {
    case 'none':
      return { start: async () => undefined, stop: async () => undefined };
    case 'sim':
      return createSimFeed(config, context);
    case 'replay': {
      const checkpoint = createDatabaseCheckpoint<ReplayPosition>(dataSource, 'replay');
      return createReplaySource({ path: config.path, speed: config.speed, checkpoint, onFailure: events.sourceFailed });
    }
  }
}
