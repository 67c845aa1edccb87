import { SOCKET_EVENTS } from '@quotefleet/contracts/protocol';
import type {
  Encoding,
  HeartbeatPayload,
  RefreshReply,
  ServerMessage,
  SystemPayload,
} from '@quotefleet/contracts/shapes';
import { QuotefleetError, toClientError } from '../client-error.ts';
import { type Credentials, given, type TokenSource } from '../credentials.ts';
import type { ReconnectOptions } from './backoff.ts';
import { Connection, type ConnectionState } from './connection.ts';
import { decodeFrame } from './frames.ts';
import type { GapRepair } from './gap-repair.ts';
import { type LinkOptions, type OpenLink, openSocketLink } from './link.ts';
import { BookKeeper, type BookOptions, type LiveBook } from './live-book.ts';
import type { FeedCounts } from './room-outlet.ts';
import { Rooms } from './rooms.ts';
import { planSubscription, type SubscribeOptions, type Subscription } from './subscription.ts';

/** How far behind the server says this connection is. */
export interface Lag extends HeartbeatPayload {
  /** When it said so, ms since the epoch, UTC. */
  at: number;
}

export interface RealtimeSettings {
  link: Omit<LinkOptions, 'auth'>;
  credentials: Credentials;
  encoding: Encoding;
  reconnect: ReconnectOptions;
  silenceMs: number;
  callTimeoutMs: number;
  bufferWhileOffline: boolean;
  queueMax: number;
  holdMax: number;
  holdMs: number;
  repair: GapRepair | undefined;
  /** Is handed what callbacks throw. */
  onError: (error: unknown) => void;
  /** Is told of what goes wrong where nobody waits for it. */
  report: (error: unknown) => void;
}

/** What became of one room of several. */
export type SubscribeResult =
  | { room: string; accepted: true; subscription: Subscription }
  | { room: string; accepted: false; error: QuotefleetError };

/** The realtime side of the fleet: rooms that go on over reconnections. */
export class RealtimeClient {
  readonly #settings: RealtimeSettings;
  readonly #tokens: TokenSource | undefined;
  readonly #connection: Connection;
  readonly #rooms: Rooms;
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  readonly #counts: FeedCounts & { connections: number } = {
    ...{ connections: 0, delivered: 0, repaired: 0, gaps: 0, known: 0 },
  };
  #token: string | undefined;
  #lag: Lag | undefined;

  constructor(settings: RealtimeSettings, tokens: TokenSource | undefined, openLink: OpenLink = openSocketLink) {
    this.#settings = settings;
    this.#tokens = tokens;
    const { link, reconnect, silenceMs, callTimeoutMs, credentials, repair, holdMax, holdMs } = settings;
    this.#connection = new Connection({
      ...{ openLink, link, reconnect, silenceMs, callTimeoutMs },
      handshake: (renews) => this.#handshake(renews),
      canRenew: credentials.ticket !== undefined || tokens?.canRenew === true,
      listeners: {
        opened: () => this.#opened(),
        frame: (data) => this.#takeFrame(data),
        lost: () => this.#rooms.interrupt(),
        state: (state) => this.#tellState(state),
        ended: (error) => this.#rooms.end(error),
      },
    });
    this.#rooms = new Rooms({
      ask: (event, request, take) => this.#connection.ask(event, request, take),
      isOpen: () => this.#connection.isOpen,
      buffersWhileOffline: settings.bufferWhileOffline,
      settings: { repair, holdMax, holdMs, counts: this.#counts },
      report: settings.report,
    });
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** What the last heartbeat said; the server sends one every 15 s. */
  get lag(): Lag | undefined {
    return this.#lag;
  }

  /** What this client did so far. */
  get counts(): Readonly<FeedCounts & { connections: number }> {
    return { ...this.#counts };
  }

  /** The rooms that it is in, by their canonical names. */
  get rooms(): readonly string[] {
    return this.#rooms.names;
  }

  /** Hears of every change of the connection; the answer ends that. */
  onState(listener: (state: ConnectionState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /**
   * Connects, and stays connected until `close()`. Resolves once the connection is open for the first time; it goes on
   * trying until then.
   * @throws QuotefleetError UNAUTHENTICATED, FORBIDDEN where the fleet refuses the client; CLOSED
   */
  connect(): Promise<void> {
    return this.#connection.connect();
  }

  /** Leaves all rooms and disconnects. */
  close(): void {
    this.#connection.close();
    this.#rooms.end(new QuotefleetError('CLOSED', 'the client was closed'));
  }

  /**
   * Joins a room: first comes its newest message, then every one, over all reconnections. What was missed meanwhile is
   * resumed or read by REST before anything that follows; where neither is possible a gap is told.
   * @throws QuotefleetError with the code of a refusal; OFFLINE without a connection, unless `bufferWhileOffline`
   */
  async subscribe<const Room extends string>(options: SubscribeOptions<Room>): Promise<Subscription<Room>> {
    return this.#join(options);
  }

  /** Joins many rooms, in as few calls as there can be; each is accepted or refused by itself. */
  async subscribeAll(rooms: readonly SubscribeOptions[]): Promise<SubscribeResult[]> {
    return Promise.all(
      rooms.map(async (options): Promise<SubscribeResult> => {
        const { room } = options;
        try {
          return { room, accepted: true, subscription: await this.subscribe(options) };
        } catch (error) {
          return { room, accepted: false, error: toClientError(error, 'NETWORK', `${room} was not joined`) };
        }
      }),
    );
  }

  /** The order book of an instrument, out of snapshots and changes, whole again by itself after a gap. */
  async book(symbol: string, { mode, maxHz, onChange }: BookOptions = {}): Promise<LiveBook> {
    const keeper = new BookKeeper();
    let book: LiveBook | undefined;
    const changed = () => {
      if (book) onChange?.(book);
    };
    const broken = () => {
      keeper.break();
      changed();
    };
    const room = `depth:${symbol}` as const;
    const subscription = await this.#join(
      {
        ...{ room, ...(mode ? { mode } : {}), ...(maxHz === undefined ? {} : { maxHz }), onGap: broken, onEnd: broken },
        onMessage: (message) => {
          keeper.take(message);
          changed();
        },
      },
      changed,
    );
    const { room: name } = subscription.terms;
    book = keeper.view({
      symbol: name.slice('depth:'.length),
      isCurrent: () => this.#rooms.isCurrentIn(name),
      close: () => subscription.unsubscribe(),
    });
    this.#guard(changed);
    return book;
  }

  async #join<const Room extends string>(
    options: SubscribeOptions<Room>,
    onTurn?: () => void,
  ): Promise<Subscription<Room>> {
    const { room, mode, maxHz } = options;
    const guard = (work: () => unknown) => this.#guard(work);
    const plan = planSubscription(options, { queueMax: this.#settings.queueMax, guard, onTurn });
    const wish = { room, ...(mode ? { mode } : {}), ...(maxHz === undefined ? {} : { maxHz }) };
    const { terms, leave } = await this.#rooms.join(wish, plan.consumer);
    return plan.open(terms, leave);
  }

  async #handshake(renews: boolean): Promise<object> {
    const { encoding, credentials } = this.#settings;
    if (credentials.ticket) return { encoding, ticket: await given(credentials.ticket()) };
    if (!this.#tokens) return { encoding, apiKey: credentials.apiKey };
    this.#token = renews ? await this.#tokens.renew(this.#token, 'refused') : await this.#tokens.current();
    return { encoding, token: this.#token };
  }

  #opened(): void {
    this.#counts.connections += 1;
    this.#rooms.resume().catch((error: unknown) => {
      // A connection that ended meanwhile is followed by another, which resumes.
      if (!this.#connection.isOpen) return;
      this.#settings.report(error);
      this.#connection.abandon(toClientError(error, 'UNEXPECTED', 'rooms could not be joined again'));
    });
  }

  #takeFrame(data: unknown): void {
    let messages: ServerMessage[];
    try {
      messages = decodeFrame(data);
    } catch (error) {
      this.#settings.report(error);
      return;
    }
    const isLast = messages.some(isFarewell);
    for (const message of messages) {
      if (message.type === 'heartbeat') this.#lag = { ...(message.payload as HeartbeatPayload), at: Date.now() };
      else if (isOfConnection(message)) this.#takeNotice(message.payload as SystemPayload);
      // What a slow client is not sent any more it is sent by the next connection, as far as that is kept.
      else if (!isLast || message.type !== 'gap') this.#rooms.take(message);
    }
  }

  #takeNotice(payload: SystemPayload): void {
    if (payload.code === 'TOKEN_EXPIRING') void this.#refresh();
    else this.#connection.note(payload);
  }

  /** Gives the connection another token before the present one ends. Without one it ends, and the next brings one. */
  async #refresh(): Promise<void> {
    if (!this.#tokens?.canRenew || this.#settings.credentials.ticket) return;
    try {
      const token = await this.#tokens.renew(this.#token, 'expiring');
      let refused: RefreshReply['error'];
      await this.#connection.ask(SOCKET_EVENTS.refresh, { token }, (reply) => {
        refused = (reply as RefreshReply).error;
      });
      if (refused) throw new QuotefleetError('UNAUTHENTICATED', `the new token was refused: ${refused.message}`);
      this.#token = token;
    } catch (error) {
      if (!isOffline(error)) this.#settings.report(error);
    }
  }

  #tellState(state: ConnectionState): void {
    for (const listener of this.#stateListeners) this.#guard(() => listener(state));
  }

  #guard(work: () => unknown): void {
    try {
      const result = work();
      if (result instanceof Promise) result.catch((error: unknown) => this.#settings.onError(error));
    } catch (error) {
      this.#settings.onError(error);
    }
  }
}

/** The next connection brings another token. */
function isOffline(error: unknown): boolean {
  return error instanceof QuotefleetError && error.code === 'OFFLINE';
}

/** Of the messages `system`, those that are about this connection and not of the room of that name. */
function isOfConnection({ type, payload }: ServerMessage): boolean {
  return type === 'system' && (payload as SystemPayload).code !== 'NOTICE';
}

function isFarewell(message: ServerMessage): boolean {
  return isOfConnection(message) && (message.payload as SystemPayload).code !== 'TOKEN_EXPIRING';
}
