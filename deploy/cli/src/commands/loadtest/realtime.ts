import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import type { Encoding, Mode } from '@quotefleet/contracts';
import {
  type ClientKind,
  type ConnectionCounts,
  isClean,
  openFilesMax,
  openRealtimeLoad,
  type RealtimeLoadOptions,
  type RealtimeReport,
  realtimeHtml,
  realtimeVerdict,
  sourceAddresses,
} from '@quotefleet/loadtest';
import { CliError } from '../../cli-error.ts';
import { findLoadTarget, type LoadOptions, type LoadTarget, listStocks } from '../../loadtest/load-target.ts';
import { runStoppable } from '../../loadtest/run-stoppable.ts';
import { startTickSource, type TickSource } from '../../loadtest/tick-source.ts';
import { prepareReport, writeReport } from '../../loadtest/write-report.ts';
import { complain, say } from '../../output.ts';

export interface RealtimeLoadtestOptions extends LoadOptions {
  connections: number;
  rooms: number;
  roomList?: string;
  rate?: number;
  kafka?: string;
  workers?: number;
  ramp: number;
  mode?: Mode;
  maxHz?: number;
  encoding: Encoding;
  client: ClientKind;
  addresses?: string;
}

const CONNECTIONS_PER_WORKER = 5000;
/** Files that a process needs beside its connections. */
const FILES_SLACK = 100;
const SYMBOLS_MAX = 5000;
const TELL_EVERY_MS = 1000;

/** Loads the sockets of a fleet and says how it took it; gives the exit code. */
export async function loadtestRealtime(
  options: RealtimeLoadtestOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const target = findLoadTarget(options, env);
  const load = await toLoadOptions(options, target);
  prepareReport(options.report);
  const report = await runStoppable((signal) => run(options, { ...load, signal }, target));
  if (options.report !== undefined) {
    const page = writeReport({ dir: options.report, name: 'realtime', report, html: realtimeHtml(report) });
    complain(`The report is in ${page}.`);
  }
  if (options.json) say(JSON.stringify(report));
  else for (const line of toLines(report)) say(line);
  return exitCodeOf(report);
}

async function toLoadOptions(options: RealtimeLoadtestOptions, target: LoadTarget): Promise<RealtimeLoadOptions> {
  const { connections, rooms, client, encoding, mode, maxHz, json } = options;
  const workers = options.workers ?? Math.max(1, Math.ceil(connections / CONNECTIONS_PER_WORKER));
  const files = openFilesMax();
  if (files !== undefined && connections / workers > files - FILES_SLACK)
    throw new CliError(`a process may open ${files} files here: raise ulimit -n, or spread over more --workers`);
  if (maxHz !== undefined && mode !== 'merge') throw new CliError('--max-hz needs --mode merge');
  if (options.kafka !== undefined && options.rate === undefined) throw new CliError('--kafka needs --rate');
  const addresses = options.addresses === undefined ? undefined : listOf(options.addresses);
  const strange = addresses?.find((address) => isIP(address) === 0);
  if (strange !== undefined) throw new CliError(`expected --addresses to be IP addresses, was '${strange}'`);
  const names =
    options.roomList === undefined ? await tickRooms(target, connections * rooms) : listOf(options.roomList);
  if (names.length === 0) throw new CliError('expected --room-list to name rooms');
  return {
    urls: [target.url],
    apiKey: target.apiKey,
    encoding,
    client,
    rooms: { names, perConnection: Math.min(rooms, names.length), mode, maxHz },
    addresses: addresses ?? sourceAddresses(target.url, connections),
    connections,
    workers,
    rampPerSecond: options.ramp,
    onProgress: json ? () => undefined : teller(),
  };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

async function tickRooms({ api }: LoadTarget, most: number): Promise<string[]> {
  return (await listStocks(api, Math.min(most, SYMBOLS_MAX))).map((symbol) => `tick:${symbol}`);
}

async function run(
  options: RealtimeLoadtestOptions,
  load: RealtimeLoadOptions,
  target: LoadTarget,
): Promise<RealtimeReport> {
  const startedAt = new Date().toISOString();
  const { connections, duration, rate, kafka, client, encoding, mode, maxHz, ramp } = options;
  const open = await openRealtimeLoad(load);
  let source: TickSource | undefined;
  try {
    const { ready, roomsGranted, roomsRefused } = open.counts();
    if (ready === 0) throw new CliError(`no connection came to be: ${why(open.counts())}`);
    if (roomsGranted === 0) throw new CliError(`no room was granted: ${codes(roomsRefused)}`);
    if (rate !== undefined)
      source = await startTickSource({ target, perSecond: rate, symbols: symbolsOf(load), kafka });
    const window = await open.measure(duration);
    const traffic = await source?.stop();
    source = undefined;
    const audit = await open.audit();
    return {
      kind: 'realtime',
      startedAt,
      url: target.url,
      options: {
        ...{ connections, rooms: load.rooms.perConnection, rate, duration, workers: load.workers, ramp, client },
        ...{ encoding, mode, maxHz, addresses: load.addresses.length, cores: availableParallelism() },
      },
      connections: open.counts(),
      window,
      audit,
      traffic,
      isStopped: load.signal?.aborted === true,
      isClean: isClean(audit),
    };
  } finally {
    await source?.stop();
    await open.close();
  }
}

function symbolsOf({ rooms }: RealtimeLoadOptions): string[] {
  const symbols = rooms.names.map((name) => name.split(':')[1] ?? '').filter((symbol) => symbol.includes('.'));
  return [...new Set(symbols)];
}

function teller(): (counts: ConnectionCounts) => void {
  let at = performance.now();
  return ({ ready, asked, refused, failed }) => {
    if (asked === 0 || performance.now() - at < TELL_EVERY_MS) return;
    at = performance.now();
    complain(`${ready} of ${asked} connections, ${sum(refused)} attempts refused, ${sum(failed)} failed`);
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** 1 where the audit found faults, 2 where it was clean but not all were served, else 0. */
function exitCodeOf({ isClean: clean, connections, traffic }: RealtimeReport): number {
  const { givenUp, dropped, roomsRefused, ready, asked } = connections;
  if (!clean) return 1;
  const unserved = givenUp + (asked - ready) + sum(dropped) + sum(roomsRefused) + (traffic?.refused ?? 0);
  return unserved > 0 ? 2 : 0;
}

function why({ refused, failed, dropped }: ConnectionCounts): string {
  return [failed, dropped, refused].map(codes).filter(Boolean).join(', ') || 'no reason is known';
}

function codes(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([code, count]) => `${code} (${count})`)
    .join(', ');
}

function toLines(report: RealtimeReport): string[] {
  const { connections, window, audit, traffic } = report;
  const { latency, generator } = window;
  const rate = (count: number) => Math.round(count / window.seconds).toLocaleString('en');
  const trouble = why(connections);
  const gaps = Object.entries(audit.gaps).map(
    ([reason, { notices, messages }]) => `${reason} ${notices} (${messages})`,
  );
  return [
    `connections  ${connections.ready} of ${connections.asked} ready, ${connections.open} open at the end`,
    ...(trouble === 'no reason is known' ? [] : [`trouble      ${trouble}`]),
    ...Object.entries(connections.roomsRefused).map(([code, count]) => `rooms        ${count} refused: ${code}`),
    `received     ${rate(window.messages)} messages/s in ${rate(window.frames)} frames/s`,
    `latency      p50 ${latency.p50Ms.toFixed(1)} ms, p95 ${latency.p95Ms.toFixed(1)} ms, p99 ${latency.p99Ms.toFixed(1)} ms, max ${latency.maxMs.toFixed(1)} ms`,
    `generator    ${generator.cpu.map((cpu) => `${Math.round(cpu * 100)} %`).join(', ')} of a core, event loop late by ${generator.loopDelayP99Ms.toFixed(1)} ms (p99)`,
    ...(traffic
      ? [`handed in    ${Math.round(traffic.published / traffic.seconds)} ticks/s, ${traffic.refused} refused`]
      : []),
    ...(traffic?.trouble ? [`             ${traffic.trouble}`] : []),
    ...(gaps.length > 0 ? [`gaps         announced: ${gaps.join(', ')}`] : []),
    ...audit.samples,
    realtimeVerdict(report).text,
  ];
}
