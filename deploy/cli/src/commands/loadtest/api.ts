import { readFileSync } from 'node:fs';
import {
  API_MIX,
  type ApiMix,
  type ApiReport,
  apiHtml,
  apiMixSchema,
  apiVerdict,
  runApiLoad,
} from '@quotefleet/loadtest';
import { parse } from 'yaml';
import { CliError } from '../../cli-error.ts';
import { findLoadTarget, type LoadOptions, listStocks } from '../../loadtest/load-target.ts';
import { runStoppable } from '../../loadtest/run-stoppable.ts';
import { prepareReport, writeReport } from '../../loadtest/write-report.ts';
import { complain, say } from '../../output.ts';

export interface ApiLoadtestOptions extends LoadOptions {
  connections: number;
  rate?: number;
  mix?: string;
}

/** Stocks that are asked for. */
const STOCKS = 200;

/** Loads the API of a fleet and says how it took it; gives the exit code. */
export async function loadtestApi(
  options: ApiLoadtestOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const { url, apiKey, api } = findLoadTarget(options, env);
  const { connections, duration, rate, mix: file } = options;
  const mix = file === undefined ? API_MIX : readMix(file);
  prepareReport(options.report);
  const symbols = await listStocks(api, STOCKS);
  const startedAt = new Date().toISOString();
  const pace = rate === undefined ? {} : { perSecond: rate };
  const load = { url, apiKey, connections, seconds: duration, mix, symbols, ...pace };
  const { result, isStopped } = await runStoppable(async (signal) => {
    return { result: await runApiLoad({ ...load, signal }), isStopped: signal.aborted };
  });
  const report: ApiReport = {
    kind: 'api',
    startedAt,
    url,
    options: { connections, rate, duration, mix: file },
    isStopped,
    result,
  };
  if (options.report !== undefined) {
    const page = writeReport({ dir: options.report, name: 'api', report, html: apiHtml(report) });
    complain(`The report is in ${page}.`);
  }
  if (options.json) say(JSON.stringify(report));
  else for (const line of toLines(report)) say(line);
  if (!apiVerdict(report).isGood) return 1;
  return (result.statuses['429'] ?? 0) > 0 ? 2 : 0;
}

function readMix(file: string): ApiMix {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError(`cannot read ${file}`, { cause });
  }
  const mix = apiMixSchema.safeParse(parseYaml(text, file));
  if (mix.success) return mix.data;
  const [issue] = mix.error.issues;
  throw new CliError(`${file}: expected a list of {kind, weight, path}: ${issue?.path.join('.')} ${issue?.message}`);
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new CliError(`${file} is neither YAML nor JSON`, { cause });
  }
}

function toLines(report: ApiReport): string[] {
  const { result } = report;
  const { latency, generator, statuses } = result;
  const counts = Object.entries(statuses).map(([status, count]) => `${status === '0' ? 'none' : status} ${count}`);
  return [
    `answers      ${Math.round(result.answers / result.seconds).toLocaleString('en')}/s (${counts.join(', ')})`,
    `latency      p50 ${latency.p50Ms.toFixed(1)} ms, p95 ${latency.p95Ms.toFixed(1)} ms, p99 ${latency.p99Ms.toFixed(1)} ms, max ${latency.maxMs.toFixed(1)} ms`,
    `generator    ${Math.round(generator.cpu * 100)} % of a core, event loop late by ${generator.loopDelayP99Ms.toFixed(1)} ms (p99)`,
    ...Object.entries(result.byKind).map(
      ([kind, { count, p50Ms, p99Ms }]) =>
        `  ${kind.padEnd(12)} ${String(count).padStart(7)}  p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`,
    ),
    apiVerdict(report).text,
  ];
}
