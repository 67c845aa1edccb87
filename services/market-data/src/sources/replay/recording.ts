import { createReadStream, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { marketApi, type TickPayload } from '@quotefleet/contracts';
import type { Bar } from '@quotefleet/domain';
import { ConfigError } from '@quotefleet/service-kit';
import { fileRows } from '../../imports/file-rows.ts';
import { symbolOfFile } from '../../imports/symbol-of-file.ts';
import { toBar } from '../../imports/to-bar.ts';
import { type BarPeriod, type BarVendor, RowError, VENDORS } from '../../imports/vendors/index.ts';
import { canonicalSymbol } from '../../instruments/instrument-directory.ts';
import { BarTicks } from './bar-ticks.ts';

/** A recording is held in memory, in order of time. */
const TICKS_MAX = 5_000_000;
const BAR_FILE = /\.(csv|csv\.gz|parquet)$/i;
const TICK_FILE = /\.(ndjson|jsonl)(\.gz)?$/i;

/** The ticks of a recording in order of time, and how many lines of it could not be read. */
export interface Recording {
  ticks: TickPayload[];
  skipped: number;
}

/**
 * Reads a file or folder: snapshots as NDJSON (`.ndjson`, `.jsonl`, also gzipped), bars as CSV or Parquet of any vendor
 * that imports know, told by their columns.
 * @throws ConfigError where there is nothing to replay
 */
export async function readRecording(path: string): Promise<Recording> {
  const recording: Recording = { ticks: [], skipped: 0 };
  const epoch = `replay:${basename(path)}`;
  for (const file of await listFiles(path)) {
    if (TICK_FILE.test(file)) await readTicks(file, epoch, recording);
    else await readBars(file, epoch, recording);
    if (recording.ticks.length > TICKS_MAX)
      throw new ConfigError(`QF_SOURCE: a recording may hold ${TICKS_MAX} ticks at most, ${path} holds more`);
  }
  if (recording.ticks.length === 0) throw new ConfigError(`QF_SOURCE: there is nothing to replay in ${path}`);
  recording.ticks.sort((a, b) => a.ts - b.ts || a.seq - b.seq);
  return recording;
}

async function listFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new ConfigError(`QF_SOURCE: there is no file or folder ${path}`, { cause });
  });
  if (found.isFile()) return [path];
  const entries: Dirent[] = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && (BAR_FILE.test(entry.name) || TICK_FILE.test(entry.name)))
    .map((entry) => join(path, entry.name))
    .sort();
}

async function readTicks(file: string, epoch: string, recording: Recording): Promise<void> {
  const raw = createReadStream(file);
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  const seqOf = new Map<string, number>();
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const parsed = marketApi.ingestTickSchema.safeParse(parseJson(line));
    if (!parsed.success) {
      recording.skipped += 1;
      continue;
    }
    const symbol = canonicalSymbol(parsed.data.symbol);
    const seq = parsed.data.seq ?? (seqOf.get(symbol) ?? 0) + 1;
    seqOf.set(symbol, seq);
    recording.ticks.push({
      ...parsed.data,
      symbol,
      seq,
      epoch: parsed.data.epoch ?? epoch,
      source: 'replay',
      receivedTs: parsed.data.ts,
    });
  }
}

async function readBars(file: string, epoch: string, recording: Recording): Promise<void> {
  const fileSymbol = symbolOfFile(file);
  const bars: Bar[] = [];
  let kind: { vendor: BarVendor; period: BarPeriod } | undefined;
  for await (const row of fileRows(createReadStream(file))) {
    try {
      if ('fault' in row) throw new RowError(row.fault);
      kind ??= kindOf(file, row.cells);
      bars.push(toBar(kind.vendor.parse(row, kind.period), { period: kind.period, fileSymbol }));
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      recording.skipped += 1;
    }
  }
  bars.sort((a, b) => a.ts - b.ts);
  const maker = new BarTicks(epoch);
  for (const bar of bars) recording.ticks.push(...maker.next(bar));
}

/** The first vendor whose columns are all there; daily columns before minute ones. */
function kindOf(file: string, cells: Readonly<Record<string, unknown>>): { vendor: BarVendor; period: BarPeriod } {
  for (const period of ['1d', '1m'] as const) {
    for (const vendor of Object.values(VENDORS)) {
      const wanted =
        vendor === VENDORS.generic
          ? [...vendor.requiredColumns(period), period === '1d' ? 'date' : 'time']
          : vendor.requiredColumns(period);
      if (wanted.every((column) => column in cells)) return { vendor, period };
    }
  }
  throw new ConfigError(`QF_SOURCE: the columns of ${file} are of no known vendor`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
