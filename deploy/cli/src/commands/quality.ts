import { marketApi } from '@quotefleet/contracts';
import { z } from 'zod';
import { type ApiClient, createApiClient } from '../api/api-client.ts';
import { CliError } from '../cli-error.ts';
import { type CommonOptions, requireTarget } from '../config.ts';
import { complain, say } from '../output.ts';
import { exitCodeOf, type QualityReport, reportLines, type SymbolDay, toReport } from '../quality/quality-report.ts';
import { parseNames } from '../transfer/parse-names.ts';

export interface QualityOptions extends CommonOptions {
  symbols?: string;
  kind: string;
  period: string;
  start?: string;
  end?: string;
  json?: boolean;
}

/** Symbols that are checked at a time. */
const CONCURRENCY = 8;
const PAGE_ROWS = 1000;
const TELL_EVERY_SYMBOLS = 500;

const instrumentPage = z.object({
  instruments: z.array(z.object({ symbol: z.string() })),
  nextCursor: z.string().optional(),
});
const day = z.object({
  date: z.string(),
  expected: z.int(),
  found: z.int(),
  completeness: z.number(),
  findings: z.array(z.unknown()).default([]),
});
const dayPage = z.object({ symbol: z.string(), days: z.array(day), nextCursor: z.string().optional() });

/** Has the stored bars of every symbol checked and prints what lacks; gives the exit code. */
export async function reportQuality(
  options: QualityOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const api = createApiClient(requireTarget(options, env));
  const symbols = parseNames(options.symbols) ?? (await listSymbols(api, options.kind));
  const report = await checkAll(api, symbols, options);
  if (options.json) say(JSON.stringify(report));
  else for (const line of reportLines(report)) say(line);
  return exitCodeOf(report);
}

async function listSymbols(api: ApiClient, kind: string): Promise<string[]> {
  const symbols: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { kind, limit: PAGE_ROWS, cursor };
    const page = await api.call(marketApi.listStocks, instrumentPage, { query });
    symbols.push(...page.instruments.map(({ symbol }) => symbol));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  if (symbols.length === 0) throw new CliError(`the fleet knows no instrument of kind ${kind}`);
  return symbols;
}

async function checkAll(api: ApiClient, symbols: readonly string[], options: QualityOptions): Promise<QualityReport> {
  const waiting = [...symbols];
  const checked: { symbol: string; days: SymbolDay[] }[] = [];
  const failures: QualityReport['failures'] = [];
  const worker = async () => {
    for (let symbol = waiting.shift(); symbol !== undefined; symbol = waiting.shift()) {
      try {
        checked.push({ symbol, days: await daysOf(api, symbol, options) });
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        failures.push({ symbol, error: error.message });
      }
      const done = checked.length + failures.length;
      if (!options.json && done % TELL_EVERY_SYMBOLS === 0) complain(`${done} of ${symbols.length} symbols`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return toReport(options.period, checked, failures);
}

async function daysOf(api: ApiClient, symbol: string, options: QualityOptions): Promise<SymbolDay[]> {
  const { period, start, end } = options;
  const days: SymbolDay[] = [];
  let cursor: string | undefined;
  do {
    const query = { period, start, end, limit: PAGE_ROWS, cursor };
    const page = await api.call(marketApi.listQuality, dayPage, { params: { symbol }, query });
    days.push(...page.days.map((row) => ({ ...row, symbol: page.symbol, findings: row.findings.length })));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return days;
}
