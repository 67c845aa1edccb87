import { openData } from '@quotefleet/data';
import { tableRegistry } from '@quotefleet/tables';
import { DEFAULT_DATABASE, type ExportFormat, exportTable, parseDays } from '@quotefleet/transfer';
import { complain, say } from '../output.ts';
import { type DatabaseOptions, requireDatabases } from '../transfer/find-databases.ts';
import { parseNames } from '../transfer/parse-names.ts';
import { count, progressLines, runTransfer } from '../transfer/run-transfer.ts';

export interface ExportCommandOptions extends DatabaseOptions {
  out: string;
  symbols?: string;
  from?: string;
  to?: string;
  format: ExportFormat;
  json?: boolean;
}

/** Writes a table to files and prints what was written. */
export async function exportToFiles(
  table: string,
  options: ExportCommandOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const databases = requireDatabases(options, env);
  const started = performance.now();
  const report = await runTransfer('stopped: files are whole or not there', async (signal) => {
    const { out, format, from, to } = options;
    const tell = progressLines();
    const wanted = { table, out, format, symbols: parseNames(options.symbols), days: parseDays(from, to) };
    const data = openData({ registry: tableRegistry(), ...databases, schema: DEFAULT_DATABASE });
    try {
      return await exportTable({
        data,
        ...wanted,
        signal,
        onEmpty: (symbol) => complain(`${table}: there are no rows of ${symbol}`),
        onProgress: ({ files, rows }) => tell(() => `${table}: ${count(rows)} rows, ${count(files)} files`),
      });
    } finally {
      await data.close();
    }
  });
  if (options.json) {
    say(JSON.stringify(report));
    return;
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const size = `${count(report.rows)} rows in ${count(report.files)} files, ${count(report.bytes)} bytes`;
  say(`Wrote ${table} to ${report.dir}: ${size}, ${seconds} s.`);
}
