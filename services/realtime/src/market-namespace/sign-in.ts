import { type Encoding, handshakeSchema, type Identity } from '@quotefleet/contracts';
import { AppError, type Authenticator, toAppError } from '@quotefleet/service-kit';
import type { ExtendedError, Socket } from 'socket.io';
import type { RealtimeEvents } from '../events.ts';

/** What a signed-in socket carries. */
export interface SocketData {
  identity: Identity;
  encoding: Encoding;
}

interface SignInOptions {
  authenticator: Authenticator;
  events: RealtimeEvents;
}

/** Lets in only who brings a key or token in the handshake; others get `connect_error` with `data.code`. */
export function signIn({ authenticator, events }: SignInOptions) {
  return async (socket: Socket, next: (error?: ExtendedError) => void): Promise<void> => {
    try {
      Object.assign(socket.data, await readHandshake(socket.handshake.auth, authenticator));
    } catch (thrown) {
      const error = toAppError(thrown);
      events.signInRefused(error.code, error.message);
      next(Object.assign(new Error(error.message), { data: { code: error.code } }));
      return;
    }
    next();
  };
}

async function readHandshake(auth: unknown, authenticator: Authenticator): Promise<SocketData> {
  const handshake = handshakeSchema.safeParse(auth);
  if (!handshake.success || !(handshake.data.apiKey ?? handshake.data.token ?? handshake.data.ticket))
    throw new AppError(
      'UNAUTHENTICATED',
      'expected auth: { apiKey }, { token } or { ticket } in the handshake, and encoding json or msgpack if any',
    );
  const { encoding, ...credentials } = handshake.data;
  const identity = await authenticator.authenticate(credentials);
  if (!identity.scopes.includes('read')) throw new AppError('FORBIDDEN', 'subscribing needs the scope read');
  return { identity, encoding };
}
