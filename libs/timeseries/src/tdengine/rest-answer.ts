import { serverError } from './server-error.ts';
import type { SqlRow } from './sql-connection.ts';

/** Statuses of the adapter, or of a proxy before it, that mean "not now". */
const NOT_NOW_STATUS = new Set([429, 502, 503, 504]);

interface Answer {
  code: number;
  desc?: string;
  column_meta?: [name: string, type: string, bytes: number][];
  data?: (string | number | boolean | null)[][];
}

/** What an answer of taosAdapter holds. @throws the error that the answer is, also when it came as HTTP 200. */
export function parseAnswer(status: number, body: string, requestId: number): SqlRow[] {
  const answer = parseJson(body);
  if (!answer) {
    const isNotNow = NOT_NOW_STATUS.has(status);
    throw serverError(isNotNow ? 0x000b : 0xffff, `expected a JSON answer, was HTTP ${status}`, requestId);
  }
  if (answer.code !== 0 || status >= 300) {
    const code = NOT_NOW_STATUS.has(status) && answer.code === 0xffff ? 0x0022 : answer.code;
    throw serverError(code, answer.desc ?? `HTTP ${status}`, requestId);
  }
  const rows = answer.data ?? [];
  const meta = answer.column_meta ?? [];
  for (let c = 0; c < meta.length; c++) {
    if (meta[c]?.[1] === 'TIMESTAMP') toEpochMs(rows, c);
    else if (meta[c]?.[1] === 'BIGINT') checkIntegers(rows, c);
  }
  return rows;
}

function parseJson(body: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === 'object' && answer !== null && 'code' in answer ? (answer as Answer) : undefined;
  } catch {
    return undefined;
  }
}

/** The adapter writes times as RFC 3339. */
function toEpochMs(rows: (string | number | boolean | null)[][], c: number): void {
  for (const row of rows) {
    if (typeof row[c] === 'string') row[c] = Date.parse(row[c]);
  }
}

/** An integer that a number cannot hold was rounded by JSON.parse to one that is not safe. */
function checkIntegers(rows: SqlRow[], c: number): void {
  for (const row of rows) {
    const value = row[c];
    if (value !== null && !Number.isSafeInteger(value)) {
      throw new RangeError(`expected a safe integer from TDengine, found ${value}`);
    }
  }
}
