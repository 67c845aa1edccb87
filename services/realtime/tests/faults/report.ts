import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from './audit.ts';
import { readFaultsConfig } from './config.ts';

/** One line of the table in docs/reliability.md. */
export interface CellResult extends Verdict {
  fault: string;
  /** What the clients saw of it. */
  happened: string;
  clients: number;
  /** From the end of the fault until every client had a later tick of every room. */
  recoveryMs: number;
}

/** Keeps a result where the run is told to. */
export function writeResult(result: CellResult): void {
  const { reportDir } = readFaultsConfig();
  if (reportDir === undefined) return;
  mkdirSync(reportDir, { recursive: true });
  const name = result.fault.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase();
  writeFileSync(join(reportDir, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}
