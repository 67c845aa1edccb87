import type { FieldError } from '@quotefleet/contracts';
import type { z } from 'zod';
import { AppError } from '../errors/app-error.ts';

/**
 * Parses a part of a request.
 * @throws AppError INVALID_ARGUMENT naming each field at fault
 */
export function parsePart<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(toFieldErrors);
  const message = errors.map((error) => `${error.field}: ${error.message}`).join('; ');
  throw new AppError('INVALID_ARGUMENT', message, { errors });
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), message: 'unknown field' }));
  return [{ field: issue.path.length > 0 ? issue.path.join('.') : 'body', message: issue.message }];
}
