import {
  type BarPayload,
  compileParser,
  createEvent,
  type TickPayload,
  TOPICS,
  tickEvent,
} from '@quotefleet/contracts';
import type { EventBatch, EventBus, Subscription } from '@quotefleet/messaging';
import type { TimeSeriesStore } from '@quotefleet/timeseries';
import type { MarketDataEvents } from '../events.ts';
import { barToRow, tickToRow } from '../series/rows.ts';
import { DAILY_BARS, MINUTE_BARS, TICKS } from '../series/series.ts';
import { PartitionBars } from './partition-bars.ts';
import { TickHistory } from './tick-history.ts';

const GROUP = 'storage-writer';
const BATCH_TICKS_MAX = 2000;
const parseTickEvent = compileParser(tickEvent);

interface StorageWriterOptions {
  bus: EventBus;
  series: TimeSeriesStore;
  /** Told of ticks that are stored. */
  quotes: { saw(ticks: readonly TickPayload[]): void };
  events: MarketDataEvents;
}

interface PartitionState {
  bars: PartitionBars;
  nextOffset: bigint;
}

/**
 * Stores the ticks of the bus, builds bars of them, stores and publishes those, and only then lets the bus commit:
 * a crash at any point repeats the batch, and every step of it can be repeated.
 */
export class StorageWriter {
  readonly #options: StorageWriterOptions;
  readonly #history: TickHistory;
  readonly #partitions = new Map<number, PartitionState>();

  constructor(options: StorageWriterOptions) {
    this.#options = options;
    this.#history = new TickHistory(options.series);
  }

  start(): Promise<Subscription> {
    return this.#options.bus.subscribe({
      group: GROUP,
      topics: [TOPICS.ticks],
      from: 'earliest',
      decode: (value) => parseTickEvent(value).payload,
      handle: (batch) => this.#handle(batch),
      batchMax: BATCH_TICKS_MAX,
      onTrouble: (trouble) => this.#options.events.busTrouble(trouble),
    });
  }

  async #handle(batch: EventBatch<TickPayload>): Promise<void> {
    const ticks = batch.events.map((event) => event.value);
    const started = performance.now();
    await this.#options.series.append(TICKS, ticks.map(tickToRow));
    this.#options.quotes.saw(ticks);
    const state = this.#stateOf(batch);
    // Until the batch is through, its bars are not known to be out: a repeat starts from storage.
    this.#partitions.delete(batch.partition);
    const bars = await state.bars.apply(ticks);
    await this.#storeBars(bars);
    await this.#publishBars(bars);
    this.#partitions.set(batch.partition, state);
    this.#options.events.ticksStored({
      ticks: ticks.length,
      bars: bars.length,
      elapsedMs: performance.now() - started,
    });
  }

  /** The bars as this writer left them, unless another writer had the partition in between. */
  #stateOf({ partition, events }: EventBatch<TickPayload>): PartitionState {
    const first = BigInt(events[0]?.offset ?? 0);
    const known = this.#partitions.get(partition);
    const nextOffset = BigInt(events.at(-1)?.offset ?? 0) + 1n;
    return { bars: known?.nextOffset === first ? known.bars : new PartitionBars(this.#history), nextOffset };
  }

  async #storeBars(bars: readonly BarPayload[]): Promise<void> {
    for (const [series, period] of [[MINUTE_BARS, '1m'] as const, [DAILY_BARS, '1d'] as const]) {
      const rows = bars.filter((bar) => bar.period === period).map((bar) => barToRow(bar, 'ticks'));
      if (rows.length > 0) await this.#options.series.append(series, rows);
    }
  }

  async #publishBars(bars: readonly BarPayload[]): Promise<void> {
    if (bars.length === 0) return;
    await this.#options.bus.publish(
      TOPICS.bars,
      bars.map((bar) => ({ key: bar.symbol, value: createEvent('md.bar', bar) })),
    );
  }
}
