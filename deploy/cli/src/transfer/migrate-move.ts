import { migrate, openSource, openStateDirectory, openTarget } from '@quotefleet/transfer';
import { complain, say } from '../output.ts';
import type { Migration } from './migration.ts';
import { count, progressLines } from './run-transfer.ts';

export interface MoveOptions {
  batch: number;
  state: string;
  json?: boolean;
}

/** Moves what is not moved yet, and prints what this run did. */
export async function moveRows(migration: Migration, options: MoveOptions, signal: AbortSignal): Promise<void> {
  const { from, to, tables, mapping, rows, identity } = migration;
  const started = performance.now();
  const tell = progressLines();
  const rate = (moved: number) => `${count(Math.round((moved / (performance.now() - started)) * 1000))} rows/s`;
  await using open = new AsyncDisposableStack();
  const source = await openSource(from, tables, mapping);
  open.defer(() => source.close());
  const target = await openTarget(to, tables);
  open.defer(() => target.close());
  const state = open.use(await openStateDirectory(options.state, identity));
  const moved = await migrate({
    source,
    target,
    ...rows,
    batchRows: options.batch,
    state,
    signal,
    onProgress: ({ table, symbolsDone, symbols, rows: done }) =>
      tell(() => `${table}: ${count(symbolsDone)} of ${count(symbols)} symbols, ${count(done)} rows (${rate(done)})`),
    onEmpty: (table, symbol) => complain(`${table}: there are no rows of ${symbol} in ${from.label}`),
  });
  if (options.json) say(JSON.stringify({ moved }));
  else say(`Moved ${count(moved.rows)} rows of ${count(moved.symbols)} symbols to ${to.label} (${rate(moved.rows)}).`);
}
