import type { Identity, Scope } from '@quotefleet/contracts';
import { AppError } from '@quotefleet/service-kit';
import type { Session, SessionStore } from '../sessions/session-store.ts';
import type { ScopesOf } from '../users/user.ts';
import type { ApiKey, ApiKeyStore } from './api-key-store.ts';

/** Whoever has a key, a thief too, gets nothing by it that does more than the key or goes on after it. */
export interface KeyBounds {
  /** @throws AppError FORBIDDEN where the caller lacks one of these */
  holdsAll(caller: Identity, scopes: readonly Scope[]): void;
  /** The same of what a key of the caller's user may do today; a key that lost its scopes may be ended by anyone of its user. */
  mayChange(caller: Identity, key: ApiKey): void;
  /**
   * When the key of the call ends; undefined for a session and for a key without end.
   * @throws AppError FORBIDDEN for the session of an OAuth client: a key would go on when the client is revoked
   */
  endOf(caller: Identity): Promise<Date | undefined>;
}

interface KeyBoundsDependencies {
  store: Pick<ApiKeyStore, 'list'>;
  sessions: Pick<SessionStore, 'findActive'>;
  scopesOf: ScopesOf;
  now: () => Date;
}

export function createKeyBounds({ store, sessions, scopesOf, now }: KeyBoundsDependencies): KeyBounds {
  function holdsAll(caller: Identity, scopes: readonly Scope[]): void {
    const missing = scopes.filter((scope) => !caller.scopes.includes(scope));
    if (missing.length === 0) return;
    const message = `a key may hold what its maker holds, which is not: ${missing.join(', ')}`;
    throw new AppError('FORBIDDEN', message, { errors: [{ field: 'scopes', message }] });
  }

  return {
    holdsAll,

    mayChange(caller, { scopes }) {
      const missing = scopes.filter((one) => scopesOf(caller.role).includes(one) && !caller.scopes.includes(one));
      if (missing.length === 0) return;
      throw new AppError('FORBIDDEN', `this key may do what the call may not: ${missing.join(', ')}`);
    },

    async endOf({ subject, client, session }) {
      if (session !== undefined) return refuseProgram(await sessions.findActive(session, now()));
      // A token names its user as the client, a key itself.
      if (client === subject) return undefined;
      const own = (await store.list(subject)).find(({ id }) => id === client);
      if (!own) throw new AppError('FORBIDDEN', 'the API key of this call is not valid any more');
      return own.expiresAt;
    },
  };
}

function refuseProgram(session: Session | undefined): undefined {
  if (!session) throw new AppError('FORBIDDEN', 'the session of this call has ended');
  if (session.clientId === undefined) return undefined;
  throw new AppError(
    'FORBIDDEN',
    'a program that signed in for a user makes no API keys: they would outlive its rights',
  );
}

/** The earlier of what was asked for and what is possible. @throws AppError FORBIDDEN where more was asked for */
export function endWithin(end: Date | undefined, wanted: Date | undefined): Date | undefined {
  if (end === undefined || wanted === undefined) return wanted ?? end;
  if (wanted <= end) return wanted;
  const message = 'a key that was made by a key ends with it at the latest';
  throw new AppError('FORBIDDEN', message, { errors: [{ field: 'expiresInDays', message }] });
}
