import { QuotefleetError, toClientError } from '../client-error.ts';
import { type ReconnectOptions, reconnectDelay } from './backoff.ts';
import type { Link, LinkEnd, LinkOptions, OpenLink } from './link.ts';
import { type Ending, judgeEnding } from './return-rule.ts';

/** Where the realtime connection is. */
export type ConnectionState =
  | { status: 'idle' }
  /** `attempt` is 0 for the first. */
  | { status: 'connecting'; attempt: number }
  | { status: 'open' }
  /** It ended: `reconnecting` follows where it `returns`. */
  | { status: 'closed'; code: string; reason: string; returns: boolean }
  | { status: 'reconnecting'; attempt: number; inMs: number };

export interface ConnectionOptions {
  openLink: OpenLink;
  link: Omit<LinkOptions, 'auth'>;
  /** The `auth` of a handshake; with another token than before where it `renews`. */
  handshake: (renews: boolean) => Promise<object>;
  canRenew: boolean;
  reconnect: ReconnectOptions;
  /** Without a sign of the server for so long, the connection is given up. */
  silenceMs: number;
  callTimeoutMs: number;
  listeners: {
    opened: () => void;
    frame: (data: unknown) => void;
    /** There was a connection, and it is over. */
    lost: () => void;
    state: (state: ConnectionState) => void;
    /** It is over for good. */
    ended: (error: QuotefleetError) => void;
  };
}

/** What the server said before it ended the connection. */
export interface Farewell {
  code: string;
  message: string;
  retryAfterMs?: number | undefined;
}

interface Opening {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** `Promise.withResolvers` is newer than Node 20. */
function openingOf(): Opening {
  const opening = {} as Opening;
  opening.promise = new Promise((resolve, reject) => Object.assign(opening, { resolve, reject }));
  return opening;
}

/** The realtime connection: one link after another, until it is closed or the fleet does not want it. */
export class Connection {
  readonly #options: ConnectionOptions;
  #state: ConnectionState = { status: 'idle' };
  #link: Link | undefined;
  #opening: Opening | undefined;
  /** Endings in a row, of attempts and of connections that did not hold. */
  #failures = 0;
  #refusals = 0;
  #openedAt: number | undefined;
  #heardAt = 0;
  #farewell: Farewell | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get isOpen(): boolean {
    return this.#state.status === 'open';
  }

  /**
   * Resolves once the connection is open; it goes on trying until then.
   * @throws QuotefleetError where the fleet refuses the client, or it is closed
   */
  connect(): Promise<void> {
    if (this.isOpen) return Promise.resolve();
    if (this.#opening) return this.#opening.promise;
    const opening = openingOf();
    this.#opening = opening;
    this.#failures = 0;
    this.#refusals = 0;
    void this.#try(false);
    return opening.promise;
  }

  close(): void {
    const { status } = this.#state;
    if (status === 'idle' || (status === 'closed' && !this.#opening)) return;
    this.#end({ code: 'CLOSED', reason: 'closed by the client', isDismissal: false, retryAfterMs: undefined });
  }

  /** @throws QuotefleetError OFFLINE, TIMEOUT */
  async ask(event: string, request: object, take?: (reply: unknown) => void): Promise<void> {
    const link = this.#link;
    if (!link || !this.isOpen) throw new QuotefleetError('OFFLINE', 'there is no connection');
    try {
      await link.ask(event, request, this.#options.callTimeoutMs, (reply) => {
        this.#heardAt = Date.now();
        take?.(reply);
      });
    } catch (error) {
      // Who does not answer a call is not there, whatever its transport says.
      if (error instanceof QuotefleetError && error.code === 'TIMEOUT' && this.#link === link)
        this.#end({ code: 'SILENT', reason: error.message, isDismissal: false, retryAfterMs: undefined });
      throw error;
    }
  }

  /** It is of no use, whatever its transport says: ends it, and tries another one later. */
  abandon({ code, message }: QuotefleetError): void {
    if (this.isOpen) this.#end({ code, reason: message, isDismissal: false, retryAfterMs: undefined });
  }

  /** The server said why it is about to end the connection. */
  note(farewell: Farewell): void {
    this.#farewell = farewell;
  }

  async #try(renews: boolean): Promise<void> {
    const opening = this.#opening;
    this.#become({ status: 'connecting', attempt: this.#failures });
    // Closed by who was told, here and below.
    if (this.#opening !== opening) return;
    let auth: object;
    try {
      auth = await this.#options.handshake(renews);
    } catch (thrown) {
      if (this.#opening !== opening) return;
      const { code, message, retryAfterMs } = toClientError(thrown, 'UNAVAILABLE', 'no credentials can be had');
      // Who gives the credentials says that there are none: asking once more would not help.
      if (code === 'UNAUTHENTICATED') this.#refusals = 1;
      this.#end({ code, reason: message, isDismissal: false, retryAfterMs });
      return;
    }
    // Closed meanwhile.
    if (this.#opening !== opening) return;
    this.#link = this.#options.openLink(
      { ...this.#options.link, auth },
      {
        opened: () => this.#opened(),
        frame: (data) => {
          this.#heardAt = Date.now();
          this.#options.listeners.frame(data);
        },
        ended: (end) => this.#end(this.#explain(end)),
      },
    );
  }

  #opened(): void {
    this.#openedAt = Date.now();
    this.#heardAt = this.#openedAt;
    this.#refusals = 0;
    const { silenceMs, listeners } = this.#options;
    this.#watch = setInterval(() => {
      if (Date.now() - this.#heardAt < silenceMs) return;
      const reason = `nothing came for ${silenceMs} ms`;
      this.#end({ code: 'SILENT', reason, isDismissal: false, retryAfterMs: undefined });
    }, silenceMs / 4);
    const opening = this.#opening;
    this.#become({ status: 'open' });
    if (this.#opening !== opening) return;
    listeners.opened();
    opening?.resolve();
  }

  #explain({ code, reason, retryAfterMs, isDismissal }: LinkEnd): Omit<Ending, 'wasOpen'> {
    const farewell = this.#farewell;
    if (!farewell) return { code: code ?? 'NETWORK', reason, retryAfterMs, isDismissal };
    return { code: farewell.code, reason: farewell.message, retryAfterMs: farewell.retryAfterMs, isDismissal };
  }

  #end(how: Omit<Ending, 'wasOpen'>): void {
    const wasOpen = this.isOpen;
    const { stableMs = 10_000 } = this.#options.reconnect;
    if (wasOpen && Date.now() - (this.#openedAt ?? 0) >= stableMs) this.#failures = 0;
    this.#clear();
    const verdict = judgeEnding({ ...how, wasOpen }, { canRenew: this.#options.canRenew, refusals: this.#refusals });
    if (how.code === 'UNAUTHENTICATED') this.#refusals += 1;
    const { code, reason } = how;
    const before = this.#opening;
    const opening = verdict.returns ? (wasOpen ? openingOf() : before) : undefined;
    // Nobody may be waiting for it.
    opening?.promise.catch(() => undefined);
    this.#opening = opening;
    this.#become({ status: 'closed', code, reason, returns: verdict.returns });
    if (wasOpen) this.#options.listeners.lost();
    if (!verdict.returns) {
      const error = new QuotefleetError(errorCodeOf(code), `the connection is closed: ${reason}`);
      before?.reject(error);
      this.#options.listeners.ended(error);
      return;
    }
    if (this.#opening !== opening) return;
    this.#failures += 1;
    // At once, but not again and again.
    const mayHurry = verdict.afterMs !== 0 || this.#failures === 1;
    const inMs = (mayHurry ? verdict.afterMs : undefined) ?? reconnectDelay(this.#failures, this.#options.reconnect);
    this.#become({ status: 'reconnecting', attempt: this.#failures, inMs });
    if (this.#opening === opening) this.#timer = setTimeout(() => void this.#try(verdict.renews), inMs);
  }

  #clear(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#link?.close();
    this.#link = undefined;
    this.#farewell = undefined;
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#options.listeners.state(state);
  }
}

function errorCodeOf(code: string): 'UNAUTHENTICATED' | 'FORBIDDEN' | 'CLOSED' {
  if (code === 'UNAUTHENTICATED' || code === 'TOKEN_EXPIRED') return 'UNAUTHENTICATED';
  return code === 'FORBIDDEN' || code === 'REVOKED' || code === 'KICKED' ? 'FORBIDDEN' : 'CLOSED';
}
