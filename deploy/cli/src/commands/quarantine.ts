import { marketApi } from '@quotefleet/contracts';
import { z } from 'zod';
import { type ApiClient, createApiClient } from '../api/api-client.ts';
import { CliError } from '../cli-error.ts';
import { type CommonOptions, requireTarget } from '../config.ts';
import { say } from '../output.ts';

export interface ListQuarantineOptions extends CommonOptions {
  table?: string;
  source?: string;
  file?: string;
  limit: number;
  json?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const heldRow = z.object({
  id: z.int(),
  quarantinedAt: z.string(),
  table: z.string(),
  source: z.string(),
  file: z.string().optional(),
  line: z.int(),
  reason: z.string(),
  row: z.unknown(),
});
const page = z.object({ rows: z.array(heldRow), nextCursor: z.string().optional() });
const PAGE_ROWS = 1000;

/** Prints the rows that were not taken, oldest first, and why. */
export async function listQuarantine(options: ListQuarantineOptions, env: Environment): Promise<void> {
  const api = createApiClient(requireTarget(options, env));
  const { rows, isMore } = await heldRows(api, options);
  for (const row of rows) say(options.json ? JSON.stringify(row) : rowLine(row));
  if (options.json) return;
  if (rows.length === 0) say('No row is in quarantine.');
  if (isMore) say('and more (--limit shows them)');
}

/** Hands a row in again, put right where a record is given; 0 where it was taken, 2 where it was refused again. */
export async function resubmitQuarantined(
  id: number,
  options: CommonOptions & { record?: string },
  env: Environment,
): Promise<number> {
  const record = options.record === undefined ? undefined : parseRecord(options.record);
  const api = createApiClient(requireTarget(options, env));
  const call = { params: { id }, body: record === undefined ? {} : { record } };
  const { accepted, rejected } = await api.call(
    marketApi.resubmitQuarantined,
    marketApi.resubmitQuarantined.data,
    call,
  );
  if (accepted) say(`Row ${id} was taken.`);
  else say(`Row ${id} was refused again: ${rejected ? `${rejected.field}: ${rejected.message}` : 'no reason given'}`);
  return accepted ? 0 : 2;
}

/** Gives a row up. */
export async function dropQuarantined(id: number, options: CommonOptions, env: Environment): Promise<void> {
  const api = createApiClient(requireTarget(options, env));
  await api.call(marketApi.dropQuarantined, marketApi.dropQuarantined.data, { params: { id } });
  say(`Row ${id} was dropped.`);
}

async function heldRows(api: ApiClient, { table, source, file, limit }: ListQuarantineOptions) {
  const rows: z.infer<typeof heldRow>[] = [];
  let cursor: string | undefined;
  do {
    const query = { table, source, file, limit: Math.min(limit - rows.length, PAGE_ROWS), cursor };
    const found = await api.call(marketApi.listQuarantine, page, { query });
    rows.push(...found.rows);
    cursor = found.nextCursor;
  } while (cursor !== undefined && rows.length < limit);
  return { rows, isMore: cursor !== undefined };
}

function rowLine({ id, quarantinedAt, table, source, file, line, reason }: z.infer<typeof heldRow>): string {
  const place = file === undefined ? source : `${file}:${line} (${source})`;
  return `${String(id).padStart(6)}  ${quarantinedAt}  ${table.padEnd(12)} ${place}: ${reason}`;
}

function parseRecord(text: string): object {
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new CliError(`expected --record to be a JSON object, was '${text}'`);
  return parsed;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
