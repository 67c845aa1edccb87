import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface WriteReportOptions {
  dir: string;
  name: string;
  report: object;
  html: string;
}

/** Writes NAME.html and NAME.json; gives the path of the page. */
export function writeReport({ dir, name, report, html }: WriteReportOptions): string {
  mkdirSync(dir, { recursive: true });
  const page = join(dir, `${name}.html`);
  writeFileSync(page, html);
  writeFileSync(join(dir, `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
  return page;
}
