import { type Encoding, handshakeSchema, type Identity } from '@quotefleet/contracts';
import { AppError, type Authenticator, toAppError } from '@quotefleet/service-kit';
import type { ExtendedError, Socket } from 'socket.io';
import { type Admission, AdmissionError } from '../admission/admission.ts';
import type { SocketData } from '../connections/connection.ts';
import type { RealtimeEvents } from '../events.ts';

export interface SignInContext {
  authenticator: Authenticator;
  admission: Admission;
  events: RealtimeEvents;
  addressOf: (connection: object) => string;
}

/** Sign-ins that one connection may try before one is taken: guessing takes new connections, which are admitted at a pace. */
const ATTEMPTS_MAX = 5;

/** Lets in only who brings credentials in the handshake; others get `connect_error` with `data.code`. */
export function signIn({ authenticator, admission, events, addressOf }: SignInContext) {
  const attempts = new WeakMap<object, number>();
  const underWay = new WeakSet<object>();
  return async (socket: Socket, next: (error?: ExtendedError) => void): Promise<void> => {
    const { conn } = socket;
    const attempt = (attempts.get(conn) ?? 0) + 1;
    // Two at once would become two sockets, each with rights of its own.
    if (attempt > ATTEMPTS_MAX || underWay.has(conn)) {
      conn.close();
      return;
    }
    attempts.set(conn, attempt);
    underWay.add(conn);
    const address = addressOf(conn);
    try {
      const { identity, encoding } = await readHandshake(socket.handshake.auth, authenticator);
      const leave = await admission.noteUser(identity.subject);
      const data: SocketData = { identity, encoding, address };
      socket.data = data;
      attempts.delete(conn);
      // One that is gone by now does not come into the namespace, and has no `disconnect` there.
      if (conn.readyState === 'open') socket.once('disconnect', leave);
      else leave();
    } catch (thrown) {
      const error = toAppError(thrown);
      events.signInRefused(error, { address, userAgent: socket.handshake.headers['user-agent'] });
      const { code } = error;
      const data = error instanceof AdmissionError ? { code, retryAfterMs: error.retryAfterMs } : { code };
      next(Object.assign(new Error(error.message), { data }));
      return;
    } finally {
      underWay.delete(conn);
    }
    next();
  };
}

async function readHandshake(
  auth: unknown,
  authenticator: Authenticator,
): Promise<{ identity: Identity; encoding: Encoding }> {
  const handshake = handshakeSchema.safeParse(auth);
  if (!handshake.success || !(handshake.data.apiKey ?? handshake.data.token ?? handshake.data.ticket))
    throw new AppError(
      'UNAUTHENTICATED',
      'expected auth: { apiKey }, { token } or { ticket } in the handshake, and encoding json or msgpack if any',
    );
  const { encoding, ...credentials } = handshake.data;
  return { identity: requireRead(await authenticator.authenticate(credentials)), encoding };
}

/** @throws AppError FORBIDDEN where somebody may not read, and thus not subscribe */
export function requireRead(identity: Identity): Identity {
  if (!identity.scopes.includes('read')) throw new AppError('FORBIDDEN', 'subscribing needs the scope read');
  return identity;
}
