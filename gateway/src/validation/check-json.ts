import { isUtf8 } from 'node:buffer';
import { invalidArgument } from '@quotefleet/service-kit';

/** What is nested deeper is no request of ours, and would end in a stack overflow somewhere. */
const DEPTH_MAX = 64;
/** Names by which a careless merge reaches the prototype of every object. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
/** Names of a path that an error tells. */
const TOLD_MAX = 8;

/** @throws AppError INVALID_ARGUMENT where the bytes of a body are no UTF-8 */
export function checkUtf8(bytes: Buffer): void {
  if (!isUtf8(bytes)) throw invalidArgument('body', 'expected UTF-8');
}

/**
 * Refuses what a parsed JSON value may not hold, whatever its schema: names that reach a prototype, the character 0,
 * and levels without end.
 * @throws AppError INVALID_ARGUMENT naming the field
 */
export function checkJson(value: unknown, path: readonly string[] = []): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw fault(path, 'expected text without the character 0');
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length === DEPTH_MAX) throw fault(path, `expected at most ${DEPTH_MAX} levels`);
  for (const [name, member] of Object.entries(value)) {
    if (FORBIDDEN_NAMES.has(name)) throw fault([...path, name], 'is no name of a field');
    if (name.includes('\0')) throw fault(path, 'expected names without the character 0');
    checkJson(member, [...path, name]);
  }
}

function fault(path: readonly string[], message: string): Error {
  return invalidArgument(path.slice(0, TOLD_MAX).join('.') || 'body', message);
}
