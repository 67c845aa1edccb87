import { DateError } from '@quotefleet/domain';
import { invalidArgument } from '@quotefleet/service-kit';
import { parseKnownDate } from './reading/dates.ts';

export type CursorPart = string | number;

/** What a part of a cursor must be; a `time` is ms since the epoch. */
export type CursorType = 'number' | 'integer' | 'time' | 'text' | 'date';

/** Times of data lie before the year 2200. */
const TIME_MAX = Date.UTC(2200, 0);

/** A position in a list, opaque to callers. */
export function encodeCursor(parts: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * The parts of a cursor; undefined where there is none.
 * @throws AppError INVALID_ARGUMENT where it is not one of ours
 */
export function decodeCursor(cursor: string | undefined, types: readonly CursorType[]): CursorPart[] | undefined {
  if (cursor === undefined) return undefined;
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString());
  if (Array.isArray(parts) && parts.length === types.length && parts.every((part, index) => isPart(part, types[index])))
    return parts;
  throw invalidArgument('cursor', 'expected the nextCursor of a page before');
}

function isPart(part: unknown, type: CursorType | undefined): boolean {
  switch (type) {
    case 'number':
      return typeof part === 'number' && Number.isFinite(part);
    case 'integer':
      return Number.isSafeInteger(part);
    case 'time':
      return Number.isSafeInteger(part) && Math.abs(part as number) < TIME_MAX;
    case 'text':
      return typeof part === 'string' && part.isWellFormed() && !part.includes('\0');
    case 'date':
      return typeof part === 'string' && isDate(part);
    case undefined:
      return false;
  }
}

function isDate(text: string): boolean {
  try {
    return parseKnownDate(text) === text;
  } catch (error) {
    if (error instanceof DateError) return false;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
