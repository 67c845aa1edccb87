import type { Identity, Scope } from '@quotefleet/contracts';
import { AppError } from '@quotefleet/service-kit';
import type { ApiKeyStore } from '../api-keys/api-key-store.ts';
import type { OAuthClientStore } from '../oauth/oauth-client-store.ts';
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { isActive, type ScopesOf } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** Long enough to open a socket with. */
const TICKET_MS = 30_000;

interface SocketTicketsDependencies {
  tokens: OneTimeTokens;
  users: Pick<UserStore, 'findById'>;
  sessions: Pick<SessionStore, 'findActive'>;
  keys: Pick<ApiKeyStore, 'list'>;
  clients: Pick<OAuthClientStore, 'findValid'>;
  scopesOf: ScopesOf;
  /** The time of day; the system's where absent. */
  now?: (() => Date) | undefined;
}

/**
 * Tickets by which pages open a socket: good once, for half a minute, so that one that is seen in a log or a history is
 * worth nothing.
 */
export interface SocketTickets {
  issue(caller: Identity): Promise<{ ticket: string; expiresAt: Date }>;
  /**
   * Whose ticket it is, with what they may do now. The identity is good as long as the session or the key that the ticket
   * was asked for with. @throws AppError UNAUTHENTICATED
   */
  redeem(ticket: string): Promise<Identity>;
}

/** Where the rights of an identity come from, as it is now. */
interface Source {
  role: string;
  expiresAt?: Date | undefined;
}

export function createSocketTickets(dependencies: SocketTicketsDependencies): SocketTickets {
  const { tokens, users, sessions, keys, clients, scopesOf, now = () => new Date() } = dependencies;

  async function ofUser(id: string, source: { expiresAt?: Date } | undefined): Promise<Source | undefined> {
    const user = source && (await users.findById(id));
    return user && isActive(user) ? { role: user.role, expiresAt: source.expiresAt } : undefined;
  }

  async function sourceOf({ subject, client, session, expiresAt }: Identity): Promise<Source | undefined> {
    if (session !== undefined) return ofUser(subject, await sessions.findActive(session, now()));
    // A key names itself as the client, a token of an OAuth client of its own names its subject.
    if (client !== subject) {
      const key = (await keys.list(subject)).find(({ id }) => id === client);
      return ofUser(subject, key && (!key.expiresAt || key.expiresAt > now()) ? key : undefined);
    }
    const found = await clients.findValid(subject, now());
    return found && { role: found.client.role, ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }) };
  }

  return {
    async issue(caller) {
      const expiresAt = new Date(now().getTime() + TICKET_MS);
      return { ticket: await tokens.issue({ kind: 'socket', data: caller, expiresAt }), expiresAt };
    },

    async redeem(ticket) {
      const caller = (await tokens.take('socket', ticket))?.data;
      const source = caller && (await sourceOf(caller));
      if (!source) throw new AppError('UNAUTHENTICATED', 'the ticket is unknown, expired or used');
      const { subject, client, session } = caller;
      return {
        ...{ subject, client, role: source.role, scopes: held(caller.scopes, scopesOf(source.role)) },
        ...(session === undefined ? {} : { session }),
        ...(source.expiresAt ? { expiresAt: source.expiresAt.getTime() } : {}),
      };
    },
  };
}

/** A role that was narrowed since gives less. */
function held(scopes: readonly Scope[], possible: readonly Scope[]): Scope[] {
  return scopes.filter((scope) => possible.includes(scope));
}
