import type { SystemPayload } from '@quotefleet/contracts';
import type { Connection } from '../connections/connection.ts';

/** How long before the end of its credentials a client is told to bring others. */
const WARNING_MS = 60_000;
const EXPIRING: SystemPayload = {
  code: 'TOKEN_EXPIRING',
  message: 'the access token of this connection expires within a minute: bring another by refresh',
};
const EXPIRED: SystemPayload = {
  code: 'TOKEN_EXPIRED',
  message: 'the access token of this connection has expired: connect with another',
};

export interface ExpiryOutlets {
  tell: (connection: Connection, payload: SystemPayload) => void;
  end: (connection: Connection, payload: SystemPayload) => void;
}

/** Until when connections may stay by the credentials that they brought. One timer of the node asks for all of them. */
export class Expiries {
  readonly #outlets: ExpiryOutlets;
  readonly #connections = new Map<Connection, { expiresAt: number; isWarned: boolean }>();

  constructor(outlets: ExpiryOutlets) {
    this.#outlets = outlets;
  }

  /** Watches a connection anew by its present identity; one by an API key stays until the key is revoked. */
  watch(connection: Connection): void {
    const { expiresAt } = connection.identity;
    if (expiresAt === undefined) this.#connections.delete(connection);
    else this.#connections.set(connection, { expiresAt, isWarned: false });
  }

  forget(connection: Connection): void {
    this.#connections.delete(connection);
  }

  check(now = Date.now()): void {
    for (const [connection, watched] of this.#connections) {
      if (watched.expiresAt <= now) {
        this.#connections.delete(connection);
        this.#outlets.end(connection, EXPIRED);
      } else if (!watched.isWarned && watched.expiresAt - WARNING_MS <= now) {
        watched.isWarned = true;
        this.#outlets.tell(connection, EXPIRING);
      }
    }
  }
}
