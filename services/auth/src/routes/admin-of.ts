import type { Identity } from '@quotefleet/contracts';
import { AppError, identityOf } from '@quotefleet/service-kit';
import type { Request } from 'express';

/** The admin who calls; the gateway has checked it, and what changes accounts checks again. @throws AppError FORBIDDEN */
export function adminOf(request: Request): Identity {
  const identity = identityOf(request);
  if (identity.scopes.includes('admin')) return identity;
  throw new AppError('FORBIDDEN', 'this endpoint needs the scope admin');
}
