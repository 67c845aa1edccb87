import type { Identity } from '@quotefleet/contracts';
import { AppError, type Authenticator, toAppError } from '@quotefleet/service-kit';
import type { ExtendedError, Socket } from 'socket.io';
import { z } from 'zod';
import type { RealtimeEvents } from '../events.ts';

const credentialsSchema = z.object({
  apiKey: z.string().min(1).max(200).optional(),
  token: z.string().min(1).max(4096).optional(),
});

/** What a signed-in socket carries. */
export interface SocketData {
  identity: Identity;
}

interface SignInOptions {
  authenticator: Authenticator;
  events: RealtimeEvents;
}

/** Lets in only who brings a key or token in the handshake; others get `connect_error` with `data.code`. */
export function signIn({ authenticator, events }: SignInOptions) {
  return async (socket: Socket, next: (error?: ExtendedError) => void): Promise<void> => {
    try {
      (socket.data as SocketData).identity = await identify(socket.handshake.auth, authenticator);
    } catch (thrown) {
      const error = toAppError(thrown);
      events.signInRefused(error.code, error.message);
      next(Object.assign(new Error(error.message), { data: { code: error.code } }));
      return;
    }
    next();
  };
}

async function identify(auth: unknown, authenticator: Authenticator): Promise<Identity> {
  const credentials = credentialsSchema.safeParse(auth);
  if (!credentials.success || (!credentials.data.apiKey && !credentials.data.token))
    throw new AppError('UNAUTHENTICATED', 'expected auth: { apiKey } or auth: { token } in the handshake');
  const identity = await authenticator.authenticate(credentials.data);
  if (!identity.scopes.includes('read')) throw new AppError('FORBIDDEN', 'subscribing needs the scope read');
  return identity;
}
