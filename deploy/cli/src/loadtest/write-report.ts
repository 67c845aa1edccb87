import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';

interface WriteReportOptions {
  dir: string;
  name: string;
  report: object;
  html: string;
}

/** Makes sure beforehand that a report can be written: a test may take hours. @throws CliError */
export function prepareReport(dir: string | undefined): void {
  if (dir === undefined) return;
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.W_OK);
  } catch (cause) {
    throw new CliError(`cannot write a report to ${dir}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Writes NAME.html and NAME.json; gives the path of the page. */
export function writeReport({ dir, name, report, html }: WriteReportOptions): string {
  const page = join(dir, `${name}.html`);
  writeFileSync(page, html);
  writeFileSync(join(dir, `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
  return page;
}
