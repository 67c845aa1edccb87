import type { TimeSeriesStore } from '@quotefleet/timeseries';
import { type SecondaryOptions, type SecondaryStatus, SecondaryWriter } from './secondary-writer.ts';

export interface DualStoreOptions extends SecondaryOptions {
  /** Answers every question, and decides whether a write has succeeded. */
  primary: TimeSeriesStore;
}

export interface DualStore extends TimeSeriesStore {
  /** How far the secondary store is behind. */
  secondaryStatus(): SecondaryStatus;
  /** Replays now what the secondary store has missed. @throws StoreUnavailableError while it is away */
  replay(): Promise<void>;
}

/**
 * A store that writes to two, for the time in which one database takes over from another. What the primary store has taken
 * is written to the secondary one too; what that misses waits in a journal on disk and is replayed in order. Only a crash
 * between the two writes leaves them different: `compareSources` finds it.
 */
export async function createDualStore({ primary, ...options }: DualStoreOptions): Promise<DualStore> {
  const writer = await SecondaryWriter.open(options);
  return {
    plan: async (series) => [...(await primary.plan(series)), ...(await options.secondary.plan(series))],
    async prepare(series) {
      await primary.prepare(series);
      await writer.prepare(series);
    },
    async write(series, rows) {
      const result = await primary.write(series, rows);
      await writer.make({ series, rows });
      return result;
    },
    async append(series, rows) {
      await primary.append(series, rows);
      await writer.make({ series, rows });
    },
    async remove(series, range) {
      await primary.remove(series, range);
      await writer.make({ series, remove: range });
    },
    read: (series, query) => primary.read(series, query),
    extract: (series, query) => primary.extract(series, query),
    latest: (series, symbols) => primary.latest(series, symbols),
    downsample: (series, query) => primary.downsample(series, query),
    symbols: (series) => primary.symbols(series),
    span: (series, symbol) => primary.span(series, symbol),
    async retire(now) {
      const dropped = await primary.retire(now);
      return [...dropped, ...(await options.secondary.retire(now).catch(() => []))];
    },
    check: () => primary.check(),
    async close() {
      await writer.close();
      await primary.close();
    },
    secondaryStatus: () => writer.status,
    replay: () => writer.replay(),
  };
}
