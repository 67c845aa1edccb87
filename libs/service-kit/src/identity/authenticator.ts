import { type AuthRevokedPayload, authApi, type Identity } from '@quotefleet/contracts';
import { errors } from 'jose';
import type { Dispatcher } from 'undici';
import { AppError, unavailable } from '../errors/app-error.ts';
import { createHttpClient } from '../http/client.ts';
import { KeyUses } from './key-uses.ts';
import { KnownKeys } from './known-keys.ts';
import { MissedRevocations } from './missed-revocations.ts';
import { SocketTickets } from './socket-tickets.ts';
import { TokenVerifier } from './token-verifier.ts';

const AUTH_TIMEOUT_MS = 3000;

export interface Credentials {
  apiKey?: string | undefined;
  /** A JWT access token. */
  token?: string | undefined;
  /** A ticket for one socket; used up by this. */
  ticket?: string | undefined;
}

/** Tells who sent a request: JWTs are verified here by auth's public keys, API keys and tickets are looked up at auth. */
export interface Authenticator {
  /** @throws AppError UNAUTHENTICATED, or UNAVAILABLE when auth has to be asked and does not answer */
  authenticate(credentials: Credentials): Promise<Identity>;
  /**
   * Refuses from now on what a user, session or API key was allowed by credentials from before.
   * @returns false where that was known before: who came back since is to be left alone
   */
  forget(revoked: AuthRevokedPayload): boolean;
  /** Counts a use of an API key that was proved in another way than by `authenticate`; auth is told every ten seconds. */
  noteUse(keyId: string): void;
  close(): Promise<void>;
}

export interface AuthenticatorOptions {
  /** Finds the way to auth instead of connections to its URL. */
  dispatcher?: Dispatcher | undefined;
  /** Told of revocations that auth lists, each once, but for those that `forget` was told before. */
  onRevoked?: (revoked: AuthRevokedPayload) => void;
}

/**
 * An Authenticator that trusts the auth service at `authUrl`. Tokens are believed once it knows who lost rights before it
 * started; it asks again every few seconds, for the events that it was not told.
 */
export function createAuthenticator(authUrl: string, options: AuthenticatorOptions = {}): Authenticator {
  const { onRevoked, dispatcher } = options;
  const auth = createHttpClient({ baseUrl: authUrl, timeoutMs: AUTH_TIMEOUT_MS, dispatcher });
  const keysUrl = new URL(authApi.getJwks.path, authUrl);
  const verifier = new TokenVerifier({ url: keysUrl, timeoutMs: AUTH_TIMEOUT_MS, dispatcher });
  const known = new KnownKeys(auth);
  const uses = new KeyUses(auth);
  const tickets = new SocketTickets(auth);
  const missed = new MissedRevocations(auth, (revoked) => {
    refuse(revoked);
    onRevoked?.(revoked);
  });

  function refuse(revoked: AuthRevokedPayload): void {
    verifier.revoke(revoked);
    tickets.forget(revoked.id);
    if (revoked.kind !== 'session') known.forget(revoked.id);
  }

  async function byApiKey(key: string): Promise<Identity> {
    const identity = await known.find(key);
    uses.note(identity.client);
    return identity;
  }

  async function byToken(token: string): Promise<Identity> {
    try {
      await missed.ready();
      return await verifier.verify(token);
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') throw error;
      if (error instanceof errors.JOSEError)
        throw new AppError('UNAUTHENTICATED', 'the access token is not valid', { cause: error });
      throw unavailable('the auth service does not answer', { cause: error });
    }
  }

  return {
    async authenticate({ apiKey, token, ticket }) {
      if (apiKey) return byApiKey(apiKey);
      if (token) return byToken(token);
      if (ticket) return tickets.redeem(ticket);
      throw new AppError('UNAUTHENTICATED', 'expected an API key (X-API-Key) or a bearer token (Authorization)');
    },
    forget(revoked) {
      refuse(revoked);
      return missed.noteTold(revoked);
    },
    noteUse: (keyId) => uses.note(keyId),
    async close() {
      missed.close();
      await uses.close();
      await auth.close();
    },
  };
}
