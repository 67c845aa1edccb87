import { invalidArgument } from '@quotefleet/service-kit';

type CursorPart = string | number;

/** A position in a list, opaque to callers. */
export function encodeCursor(parts: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws AppError INVALID_ARGUMENT where it is not one of ours */
export function decodeCursor(cursor: string): CursorPart[] {
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString());
  if (Array.isArray(parts) && parts.length > 0 && parts.every(isCursorPart)) return parts;
  throw invalidArgument('cursor', 'expected the nextCursor of a page before');
}

/** The numbers of a cursor that holds `count` of them. */
export function decodeNumbers(cursor: string, count: number): number[] {
  const parts = decodeCursor(cursor);
  if (parts.length === count && parts.every((part) => typeof part === 'number')) return parts;
  throw invalidArgument('cursor', 'expected the nextCursor of a page before');
}

function isCursorPart(part: unknown): part is CursorPart {
  return typeof part === 'string' || Number.isSafeInteger(part);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
