import { type RefreshReply, refreshRequestSchema } from '@quotefleet/contracts';
import { AppError, type Authenticator, toAppError } from '@quotefleet/service-kit';
import type { Connection } from '../connections/connection.ts';
import type { RealtimeEvents } from '../events.ts';
import type { RecentRevocations } from './recent-revocations.ts';
import { requireRead } from './sign-in.ts';

export interface RefreshContext {
  authenticator: Authenticator;
  events: RealtimeEvents;
  revocations: Pick<RecentRevocations, 'hit'>;
  /** Told of a connection that has another identity now: its rights may be others. */
  changed: (connection: Connection) => void;
}

/** Answers `refresh`: a token of the same user takes the place of what the connection signed in by. */
export class Refresh {
  readonly #context: RefreshContext;

  constructor(context: RefreshContext) {
    this.#context = context;
  }

  async serve(connection: Connection, request: unknown, reply: (reply: RefreshReply) => void): Promise<void> {
    const { authenticator, events, revocations, changed } = this.#context;
    const startedAt = performance.now();
    try {
      const parsed = refreshRequestSchema.safeParse(request);
      if (!parsed.success) throw new AppError('INVALID_ARGUMENT', 'expected { token }, an access token');
      const identity = requireRead(await authenticator.authenticate({ token: parsed.data.token }));
      if (identity.subject !== connection.identity.subject)
        throw new AppError('FORBIDDEN', 'the token is of another user: connect with it instead');
      if (connection.isClosing) return;
      if (revocations.hit(identity, startedAt)) throw new AppError('UNAUTHENTICATED', 'the token was revoked just now');
      connection.identity = identity;
      reply(identity.expiresAt === undefined ? {} : { expiresAt: identity.expiresAt });
      changed(connection);
    } catch (thrown) {
      const error = toAppError(thrown);
      events.refreshRefused(error, connection);
      reply({ error: { code: error.code, message: error.message } });
    }
  }
}
