import { StoreUnavailableError } from '../time-series-store.ts';

/** The server or its adapter refused a statement. */
export class TdengineError extends Error {
  /** The lower 16 bits, as the documentation of TDengine lists them. */
  readonly code: number;

  constructor(code: number, description: string, requestId?: number) {
    const id = requestId === undefined ? '' : ` (request 0x${requestId.toString(16)})`;
    super(`TDengine error 0x${code.toString(16).padStart(4, '0')}: ${withoutData(description)}${id}`);
    this.name = 'TdengineError';
    this.code = code;
  }
}

export const ErrorCode = {
  databaseMissing: 0x0388,
  columnExists: 0x036b,
  tagExists: 0x0369,
  tableMissing: 0x2603,
  databaseNotSpecified: 0x2616,
} as const;

/**
 * Codes that mean "not now" (taoserror.h of TDengine 3.3): network, nodes starting or stopping, elections, transactions
 * under way, resources used up for the moment.
 */
const NOT_NOW = new Set([
  ...[0x000b, 0x0015, 0x0018, 0x0019, 0x0020, 0x0021, 0x0022, 0x0023, 0x0024, 0x0026, 0x0027, 0x0028, 0x0029, 0x002a],
  ...[0x0102, 0x0111, 0x0125, 0x0126, 0x0129, 0x012b, 0x012c, 0x012e, 0x0130, 0x0131, 0x0137],
  ...[0x020e, 0x020f, 0x0213, 0x022d, 0x022e],
  ...[0x032c, 0x032d, 0x0334, 0x0386, 0x0396, 0x03b1, 0x03b6, 0x03b8, 0x03b9, 0x03ef],
  ...[0x03d3, 0x03d5, 0x03d6, 0x03d7, 0x03d8, 0x03d9],
  ...[0x0408, 0x0503, 0x0512, 0x0520, 0x0522, 0x0528, 0x0529, 0x0531, 0x0538, 0x0602, 0x0613, 0x061b],
  ...[0x0707, 0x070b, 0x0724, 0x0725, 0x0726, 0x0727, 0x072a, 0x0730, 0x0739, 0x073a, 0x073b],
  ...[0x2402, 0x2405, 0x2406, 0x2407, 0x2504, 0x2505],
]);

/** The error of a code the server gave; `StoreUnavailableError` where trying again later is right. */
export function serverError(code: number, description: string, requestId?: number): Error {
  const error = new TdengineError(code & 0xffff, description, requestId);
  const isSync = error.code >= 0x0900 && error.code <= 0x09ff;
  if (!isSync && !NOT_NOW.has(error.code)) return error;
  return new StoreUnavailableError(`TDengine is not available: ${error.message}`, { cause: error });
}

/** The server's code behind an error, if there is one. */
export function serverCode(error: unknown): number | undefined {
  const origin = error instanceof StoreUnavailableError ? error.cause : error;
  return origin instanceof TdengineError ? origin.code : undefined;
}

/** Descriptions quote the statement, and with it the data, behind "near" or in quotation marks. */
function withoutData(description: string): string {
  return (description.split(/ near |['"`]/)[0] ?? '').trim();
}
