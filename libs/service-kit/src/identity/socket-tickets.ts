import { authApi, type Identity } from '@quotefleet/contracts';
import { AppError, unavailable } from '../errors/app-error.ts';
import type { HttpClient } from '../http/client.ts';

/** Whose socket tickets are, asked of auth, which takes each of them once. */
export class SocketTickets {
  readonly #auth: HttpClient;
  /** For each ticket that auth is being asked about: who lost rights meanwhile. */
  readonly #asked = new Set<Set<string>>();

  constructor(auth: HttpClient) {
    this.#auth = auth;
  }

  /** @throws AppError UNAUTHENTICATED, or UNAVAILABLE when auth does not answer */
  async redeem(ticket: string): Promise<Identity> {
    const gone = new Set<string>();
    this.#asked.add(gone);
    try {
      const identity = await this.#auth.call(authApi.redeemSocketTicket, { body: { ticket } });
      const { subject, client, session = '' } = identity;
      // A revocation that has overtaken the answer would not be told again.
      if ([subject, client, session].some((id) => gone.has(id))) throw refusal();
      return identity;
    } catch (error) {
      const code = error instanceof AppError ? error.code : undefined;
      if (code === 'INVALID_ARGUMENT' || code === 'UNAUTHENTICATED') throw refusal();
      throw unavailable('the auth service does not answer', { cause: error });
    } finally {
      this.#asked.delete(gone);
    }
  }

  /** Notes that a user, session or API key lost its rights. */
  forget(id: string): void {
    for (const gone of this.#asked) gone.add(id);
  }
}

const refusal = () => new AppError('UNAUTHENTICATED', 'the ticket is unknown, expired or used');
