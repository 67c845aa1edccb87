import type { RowRefusal } from '@quotefleet/access';
import { AppError } from '@quotefleet/service-kit';

/** 403 that names the right that is missing. */
export function forbidden({ kind, reason }: RowRefusal): AppError {
  return new AppError('FORBIDDEN', reason, { errors: [{ field: kind, message: reason }] });
}
