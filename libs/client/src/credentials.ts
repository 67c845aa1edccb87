import { QuotefleetError, toClientError } from './client-error.ts';

/** An access token, and when it stops being good, ms since the epoch, where that is known. */
export interface AccessToken {
  token: string;
  expiresAt?: number;
}

/**
 * Gives an access token, such as by a refresh token or from the page's own server.
 * `first`: none was asked for yet; `expiring`: the one in use ends soon; `refused`: the fleet did not take it.
 */
export type TokenProvider = (reason: TokenReason) => Promise<AccessToken | string>;
export type TokenReason = 'first' | 'expiring' | 'refused';

/** Gives a ticket for one connection: good once, for 30 s. */
export type TicketProvider = () => Promise<string>;

/**
 * Who the client is. `ticket` is for realtime in browsers, which then needs no key or token in the page: the page's
 * server asks for tickets.
 */
export interface Credentials {
  apiKey?: string;
  token?: string | TokenProvider;
  ticket?: TicketProvider;
}

/** Before its end a token is not used any more. */
const EARLY_MS = 30_000;
/** Who gives tokens and tickets may take so long. */
const PROVIDER_MAX_MS = 30_000;

/**
 * What a provider gives.
 * @throws QuotefleetError UNAVAILABLE where it does not answer, else what the provider throws
 */
export async function given<T>(answer: Promise<T>, maxMs = PROVIDER_MAX_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = () => new QuotefleetError('UNAVAILABLE', `no credentials were given within ${maxMs} ms`);
    timer = setTimeout(() => reject(error()), maxMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** The access token in use; asks the provider for one at a time. */
export class TokenSource {
  readonly #provider: TokenProvider | undefined;
  #current: AccessToken | undefined;
  #asking: Promise<AccessToken> | undefined;

  constructor(token: string | TokenProvider) {
    if (typeof token === 'string') this.#current = { token };
    else this.#provider = token;
  }

  /** Whether another token can be had where this one is not good. */
  get canRenew(): boolean {
    return this.#provider !== undefined;
  }

  async current(): Promise<string> {
    const { token, expiresAt = Number.POSITIVE_INFINITY } = this.#current ?? {};
    if (token === undefined) return this.#ask('first');
    return expiresAt - EARLY_MS < Date.now() && this.canRenew ? this.#ask('expiring') : token;
  }

  /**
   * Another token than the one given, which ends or was refused.
   * @throws QuotefleetError UNAUTHENTICATED where there is no provider, else what the provider throws
   */
  async renew(used: string | undefined, reason: TokenReason): Promise<string> {
    const { token } = this.#current ?? {};
    if (token !== undefined && token !== used) return token;
    return this.#ask(reason);
  }

  async #ask(reason: TokenReason): Promise<string> {
    const provider = this.#provider;
    if (!provider) throw new QuotefleetError('UNAUTHENTICATED', 'the token is not good any more');
    this.#asking ??= (async () => {
      try {
        const token = await given(provider(reason));
        this.#current = typeof token === 'string' ? { token } : token;
        return this.#current;
      } catch (error) {
        throw toClientError(error, 'UNAVAILABLE', 'the token provider failed');
      } finally {
        this.#asking = undefined;
      }
    })();
    return (await this.#asking).token;
  }
}
