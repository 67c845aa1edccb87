import { authApi, type Identity } from '@quotefleet/contracts';
import { AppError, unavailable } from '../errors/app-error.ts';
import type { HttpClient } from '../http/client.ts';
import { PendingAnswers } from './pending-answers.ts';

/** Whose socket tickets are, asked of auth, which takes each of them once. */
export class SocketTickets {
  readonly #auth: HttpClient;
  readonly #pending = new PendingAnswers();

  constructor(auth: HttpClient) {
    this.#auth = auth;
  }

  /** @throws AppError UNAUTHENTICATED, or UNAVAILABLE when auth does not answer */
  async redeem(ticket: string): Promise<Identity> {
    const { identity, isOvertaken } = await this.#pending.follow(() => this.#ask(ticket));
    // It is used up: there is no asking again.
    if (isOvertaken) throw refusal();
    return identity;
  }

  /** Notes that a user, session or API key lost its rights. */
  forget(id: string): void {
    this.#pending.forget(id);
  }

  async #ask(ticket: string): Promise<Identity> {
    try {
      return await this.#auth.call(authApi.redeemSocketTicket, { body: { ticket } });
    } catch (error) {
      const code = error instanceof AppError ? error.code : undefined;
      if (code === 'INVALID_ARGUMENT' || code === 'UNAUTHENTICATED') throw refusal();
      throw unavailable('the auth service does not answer', { cause: error });
    }
  }
}

const refusal = () => new AppError('UNAUTHENTICATED', 'the ticket is unknown, expired or used');
