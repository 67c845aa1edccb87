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
  const errors: FieldError[] = parsed.error.issues.map((issue) => ({
    field: issue.path.length > 0 ? issue.path.join('.') : 'body',
    message: issue.message,
  }));
  const message = errors.map((error) => `${error.field}: ${error.message}`).join('; ');
  throw new AppError('INVALID_ARGUMENT', message, { errors });
}
