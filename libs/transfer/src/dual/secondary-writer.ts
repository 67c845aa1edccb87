import { appendFile } from 'node:fs/promises';
import {
  type SeriesDefinition,
  type SeriesRow,
  StoreUnavailableError,
  type SymbolRange,
  type TimeSeriesStore,
} from '@quotefleet/timeseries';
import { Journal } from './journal.ts';

export interface SecondaryOptions {
  secondary: TimeSeriesStore;
  /** File that keeps what the secondary store did not take; it survives a restart. */
  journal: string;
  /** Pause between two attempts to replay; a second where absent. */
  retryMs?: number | undefined;
  logger?: { warn(fields: object, message: string): void } | undefined;
}

type Change = { series: string; rows: readonly SeriesRow[] } | { series: string; remove: SymbolRange };

/** What has become of the changes that were meant for the secondary store. */
export interface SecondaryStatus {
  /** In the journal, to be replayed. */
  waiting: number;
  /** Refused for good by the secondary store: they are in `<journal>.refused`, with the reason. */
  refused: number;
  /** Neither stored nor in the journal, since that could not be written. */
  missed: number;
}

/** Makes the changes of a primary store in a second one, late and in order where that is away. It never fails its caller. */
export class SecondaryWriter {
  readonly #options: SecondaryOptions;
  readonly #journal: Journal<Change>;
  #unprepared: readonly SeriesDefinition[] = [];
  #refused = 0;
  #missed = 0;
  #replaying: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(options: SecondaryOptions, journal: Journal<Change>) {
    this.#options = options;
    this.#journal = journal;
  }

  static async open(options: SecondaryOptions): Promise<SecondaryWriter> {
    return new SecondaryWriter(options, await Journal.open(options.journal));
  }

  get status(): SecondaryStatus {
    return { waiting: this.#journal.waiting, refused: this.#refused, missed: this.#missed };
  }

  async prepare(series: readonly SeriesDefinition[]): Promise<void> {
    this.#unprepared = series;
    try {
      await this.#ensurePrepared();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.#warn(error, 'the secondary store is not available');
    }
    if (this.#journal.waiting > 0) this.#replaySoon(0);
  }

  /** Makes a change, or puts it behind those that wait already. */
  async make(change: Change): Promise<void> {
    try {
      if (this.#journal.waiting === 0 && (await this.#attempt(change))) return;
      await this.#journal.add(change);
      this.#replaySoon(this.#options.retryMs ?? 1000);
    } catch (error) {
      this.#missed += 1;
      this.#warn(error, 'a change is in the primary store alone: the journal could not be written');
    }
  }

  /** Replays what waits; rejects when the secondary store is still away. */
  replay(): Promise<void> {
    this.#replaying ??= this.#journal
      .replay((change) => this.#apply(change))
      .finally(() => {
        this.#replaying = undefined;
      });
    return this.#replaying;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#replaying?.catch(() => undefined);
    await this.#journal.close();
    await this.#options.secondary.close();
  }

  /** False when the store is away. */
  async #attempt(change: Change): Promise<boolean> {
    try {
      await this.#apply(change);
      return true;
    } catch (error) {
      this.#warn(error, 'the secondary store is not available: what it misses goes to the journal');
      return false;
    }
  }

  /** Resolves too when the store refuses the change for good: it would refuse it again. */
  async #apply(change: Change): Promise<void> {
    const { secondary, journal } = this.#options;
    try {
      await this.#ensurePrepared();
      await ('rows' in change
        ? secondary.append(change.series, change.rows)
        : secondary.remove(change.series, change.remove));
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      this.#refused += 1;
      const reason = error instanceof Error ? error.message : String(error);
      await appendFile(`${journal}.refused`, `${JSON.stringify({ reason, ...change })}\n`);
      this.#warn(error, 'the secondary store refused a change');
    }
  }

  async #ensurePrepared(): Promise<void> {
    if (this.#unprepared.length === 0) return;
    await this.#options.secondary.prepare(this.#unprepared);
    this.#unprepared = [];
  }

  #replaySoon(delayMs: number): void {
    if (this.#timer || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.replay().catch(() => this.#replaySoon(this.#options.retryMs ?? 1000));
    }, delayMs);
    this.#timer.unref();
  }

  #warn(error: unknown, message: string): void {
    this.#options.logger?.warn({ err: error }, message);
  }
}
