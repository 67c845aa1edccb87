import type { DegradationLevel, Identity } from '@quotefleet/contracts';
import type { Route } from '../routes/route.ts';

/** Lists of symbols, each of them a read of its own for the services behind. */
const BATCH_PATH = /\/batch$/;

/** What shedding needs to know of a route. */
export interface CallClass {
  /** Signing in and out goes on as long as the gateway does: without it nobody could be told from anybody. */
  isAuth: boolean;
  /** Files and batches: one of them costs what hundreds of quotes cost. */
  isHeavy: boolean;
  isRead: boolean;
  isAdmin: boolean;
}

export function classOf({ upstream, access, bulkhead, path, method }: Route): CallClass {
  return {
    isAuth: upstream === 'auth' && access !== 'admin',
    isHeavy: bulkhead === 'files' || BATCH_PATH.test(path),
    isRead: method === 'get',
    isAdmin: access === 'admin',
  };
}

/** Whether a level turns a call away before it is known whose it is. */
export function isShedUnheard(level: DegradationLevel, call: CallClass, hasCredentials: boolean): boolean {
  if (level === 0 || call.isAuth || call.isAdmin) return false;
  return call.isHeavy || !hasCredentials;
}

/** Whether a level turns a call away of a caller that is known. */
export function isShedOf(
  level: DegradationLevel,
  call: CallClass,
  identity: Identity | undefined,
  paidRoles: ReadonlySet<string>,
): boolean {
  if (level < 2 || call.isAuth || call.isAdmin) return false;
  if (identity && paidRoles.has(identity.role)) return false;
  return level === 3 || call.isRead;
}
