import type { SeriesDefinition, TimeSeriesStore } from '@quotefleet/timeseries';
import type { DayRange } from '../day.ts';
import { forEachOf } from '../for-each-of.ts';
import type { RowSource } from '../row-source.ts';
import { migrateSymbol } from './migrate-symbol.ts';
import type { StateDirectory } from './state-directory.ts';

export interface MigrateOptions {
  source: RowSource;
  target: TimeSeriesStore;
  series: readonly SeriesDefinition[];
  /** All of the source where absent. */
  symbols?: readonly string[] | undefined;
  days?: DayRange | undefined;
  /** Rows read and written at a time; 5000 where absent. */
  batchRows?: number | undefined;
  state: StateDirectory;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: MigrationProgress) => void) | undefined;
  /** Called for a symbol that the source has no rows of. */
  onEmpty?: ((table: string, symbol: string) => void) | undefined;
}

export interface MigrationProgress {
  table: string;
  /** Of the table: gone through, and all there are. */
  symbolsDone: number;
  symbols: number;
  /** Rows moved by this run, of all tables. */
  rows: number;
}

const BATCH_ROWS = 5000;
const SYMBOLS_AT_A_TIME = 4;

/**
 * Moves series from one database to another, symbol by symbol and day by day. Called again with the same state it goes on
 * where it was interrupted, however that was: nothing is lost, and nothing doubled.
 * @returns the rows that this run moved
 * @throws TransferError where a row does not fit, StoreUnavailableError, or the signal's reason
 */
export async function migrate(options: MigrateOptions): Promise<{ rows: number; symbols: number }> {
  const { source, target, series, state, signal, onProgress, days = {}, batchRows = BATCH_ROWS } = options;
  const moved = { rows: 0, symbols: 0 };
  for (const definition of series) {
    const symbols = options.symbols ?? (await source.symbols(definition.name));
    let symbolsDone = 0;
    const tell = () => onProgress?.({ table: definition.name, symbolsDone, symbols: symbols.length, rows: moved.rows });
    const onRows = (rows: number) => {
      moved.rows += rows;
      tell();
    };
    const move = { source, target, definition, days, batchRows, state, signal, onRows };
    await forEachOf(symbols, SYMBOLS_AT_A_TIME, async (symbol) => {
      signal?.throwIfAborted();
      if (!(await migrateSymbol(move, symbol))) options.onEmpty?.(definition.name, symbol);
      symbolsDone += 1;
      tell();
    });
    moved.symbols += symbols.length;
  }
  return moved;
}
