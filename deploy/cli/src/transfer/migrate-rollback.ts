import { seriesDefinition } from '@quotefleet/data';
import { tableRegistry } from '@quotefleet/tables';
import {
  type Endpoint,
  type KeptDay,
  openTarget,
  reopenStateDirectory,
  rollback,
  seriesTables,
} from '@quotefleet/transfer';
import { say } from '../output.ts';
import { count, progressLines } from './run-transfer.ts';

export interface RollbackCommandOptions {
  state: string;
  /** All that were moved where absent. */
  tables: readonly string[] | undefined;
  json?: boolean;
}

/** Undoes a move and prints what was done; gives the exit code. */
export async function rollBack(to: Endpoint, options: RollbackCommandOptions, signal: AbortSignal): Promise<number> {
  const tell = progressLines();
  await using open = new AsyncDisposableStack();
  const state = open.use(await reopenStateDirectory(options.state, { to: to.label }));
  const tables = seriesTables(tableRegistry(), options.tables ?? (await state.tables()));
  const target = await openTarget(to, tables);
  open.defer(() => target.close());
  const undone = await rollback({
    target,
    series: tables.map(seriesDefinition),
    state,
    signal,
    onProgress: ({ symbols, days }) => tell(() => `undone: ${count(symbols)} symbols, ${count(days)} symbol-days`),
    onKept: (kept) => say(options.json ? JSON.stringify({ kept }) : keptLine(kept)),
  });
  const { days, symbols, keptDays, restoredRows } = undone;
  const what = `${count(days)} symbol-days of ${count(symbols)} symbols from ${to.label}`;
  say(
    options.json
      ? JSON.stringify({ undone })
      : `Removed ${what} and put back ${count(restoredRows)} rows that were there before.`,
  );
  return keptDays === 0 ? 0 : 2;
}

function keptLine({ table, symbol, day, surplus }: KeptDay): string {
  return `${table} ${symbol} ${day}: left as it is, since it has got ${count(surplus)} more rows after the move`;
}
