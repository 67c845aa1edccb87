import { type CompareOptions, compareSources, openSource } from '@quotefleet/transfer';
import { say } from '../output.ts';
import { differenceLine } from './difference-line.ts';
import type { Migration } from './migration.ts';
import { count, progressLines } from './run-transfer.ts';

/** Compares both sides and prints every symbol-day that differs; gives the exit code. */
export async function compareRows(
  { from, to, tables, mapping, rows }: Migration,
  { scope, json }: { scope: CompareOptions['scope']; json?: boolean },
  signal: AbortSignal,
): Promise<number> {
  const tell = progressLines();
  await using open = new AsyncDisposableStack();
  const left = await openSource(from, tables, mapping);
  open.defer(() => left.close());
  const right = await openSource(to, tables, mapping);
  open.defer(() => right.close());
  const report = await compareSources({
    left,
    right,
    ...rows,
    scope,
    signal,
    onDifference: (difference) => say(json ? JSON.stringify({ difference }) : differenceLine(difference)),
    onProgress: ({ symbols, days }) => tell(() => `compared ${count(symbols)} symbols, ${count(days)} symbol-days`),
  });
  const { leftRows, rightRows, days, differences } = report;
  const outcome = differences === 0 ? 'all the same' : `${count(differences)} differ`;
  const what = `${count(days)} symbol-days by count and checksum, ${count(leftRows)} and ${count(rightRows)} rows`;
  say(json ? JSON.stringify({ compared: report }) : `Compared ${what}: ${outcome}.`);
  return differences === 0 ? 0 : 2;
}
