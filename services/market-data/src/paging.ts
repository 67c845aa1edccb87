import { invalidArgument } from '@quotefleet/service-kit';

export type CursorPart = string | number;

/** What a part of a cursor must be. */
export type CursorType = 'number' | 'text' | 'date';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

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
  if (type === 'number') return typeof part === 'number' && Number.isFinite(part);
  if (typeof part !== 'string' || part.includes('\0')) return false;
  return type === 'text' || (DATE.test(part) && !Number.isNaN(Date.parse(part)));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
