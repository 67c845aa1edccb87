import type { FieldError } from '@quotefleet/contracts';
import type { z } from 'zod';
import { AppError, invalidArgument } from '../errors/app-error.ts';
import { wordIssue } from '../errors/word-issue.ts';

/** What is nested deeper is no request of ours, and would end in a stack overflow somewhere. */
const DEPTH_MAX = 64;

/**
 * Parses a part of a request. The character 0 is refused in any text: no name holds it, and PostgreSQL cannot.
 * @throws AppError INVALID_ARGUMENT naming each field at fault
 */
export function parsePart<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  refuseUnsafe(input);
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(toFieldErrors);
  const message = errors.map((error) => `${error.field}: ${error.message}`).join('; ');
  throw new AppError('INVALID_ARGUMENT', message, { errors });
}

function refuseUnsafe(value: unknown, path: readonly string[] = []): void {
  if (hasNul(value)) throw unsafe(path, 'expected text without the character 0');
  if (typeof value !== 'object' || value === null) return;
  if (path.length === DEPTH_MAX) throw unsafe(path, `expected at most ${DEPTH_MAX} levels`);
  for (const [key, member] of Object.entries(value)) {
    if (hasNul(key)) throw unsafe(path, 'expected names without the character 0');
    // Most members are plain and good: no path has to be written down for them.
    if (hasNul(member) || typeof member === 'object') refuseUnsafe(member, [...path, key]);
  }
}

function hasNul(value: unknown): boolean {
  return typeof value === 'string' && value.includes('\0');
}

function unsafe(path: readonly string[], message: string): AppError {
  return invalidArgument(path.slice(0, 8).join('.') || 'body', message);
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), message: 'unknown field' }));
  return [{ field: issue.path.length > 0 ? issue.path.join('.') : 'body', message: wordIssue(issue) }];
}
