import { MAX_HZ, MODES, ROOM_NAME_MAX, ROOMS_PER_CALL_MAX, SOCKET_EVENTS } from '@quotefleet/contracts/protocol';
import type {
  RoomRequest,
  RoomResult,
  ServerMessage,
  SubscribeReply,
  UnsubscribeRequest,
} from '@quotefleet/contracts/shapes';
import { QuotefleetError, toClientError } from '../client-error.ts';
import { CallQueue } from './call-queue.ts';
import { inCalls } from './in-calls.ts';
import { isWildcard, wildcardOf } from './messages.ts';
import { type FeedSettings, RoomEntry, type Wish } from './room-entry.ts';
import { type Consumer, refusal, type Terms } from './subscription.ts';

/**
 * Asks the fleet by the connection that is open, and hands over its reply before anything that comes after it. Rejects
 * where there is no connection, or it ends.
 */
export type Ask = (event: string, request: object, take?: (reply: unknown) => void) => Promise<void>;

interface Asking {
  wish: Wish;
  consumer: Consumer;
  resolve: (entry: RoomEntry) => void;
  reject: (error: QuotefleetError) => void;
}

interface Leaving {
  /** As it was asked for. */
  room: string;
  /** Canonical. */
  name: string;
  done: () => void;
}

export interface RoomsOptions {
  ask: Ask;
  isOpen: () => boolean;
  /** Keeps calls made while there is no connection until there is one. */
  buffersWhileOffline: boolean;
  settings: FeedSettings;
  /** Is told of what goes wrong where no caller waits. */
  report: (error: QuotefleetError) => void;
}

/** What was missed in the rooms of a call comes in one answer, of at most a megabyte. */
const RESUMED_PER_CALL_MAX = 200;
/** A whole book is asked for at most so often. */
const RENEW_EVERY_MS = 1000;
/** A room that cannot be told now is asked for again. */
const UNAVAILABLE_RETRY_MS = 3000;

/** The rooms that this client is in, over all its connections. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #entries = new Map<string, RoomEntry>();
  /** Those of them that have many rooms. */
  readonly #wildcards = new Map<string, RoomEntry>();
  readonly #calls = new CallQueue();
  readonly #renewing = new Set<string>();
  #isCurrent = true;
  /** Why the rooms of before ended: calls of theirs may still be under way. */
  #ended: QuotefleetError | undefined;
  #asking: Asking[] = [];
  #leaving: Leaving[] = [];
  #isFlushing = false;

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  /** Whether a room is up to date: not without a connection, nor until all are joined again, nor with half a book. */
  isCurrentIn(room: string): boolean {
    const entry = this.#entries.get(room);
    return this.#isCurrent && entry !== undefined && !entry.isBroken;
  }

  /** Canonical names, wildcards as they are. */
  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /**
   * Joins a room; calls made at once go as one, 500 rooms at a time.
   * @throws QuotefleetError with the fleet's refusal; OFFLINE without a connection; INVALID_ARGUMENT
   */
  async join(wish: Wish, consumer: Consumer): Promise<{ terms: () => Terms; leave: () => Promise<void> }> {
    assertWish(wish);
    const known = this.#entries.get(wish.room);
    const entry = known ? joinable(known, wish) : await this.#request(wish, consumer);
    if (known) entry.join(consumer);
    return { terms: () => entry.terms, leave: () => this.#leave(entry, consumer) };
  }

  /** Hands a message to its room, and to the wildcard that has it. */
  take(message: ServerMessage): void {
    this.#entries.get(message.room)?.take(message, 'live');
    if (this.#wildcards.size === 0) return;
    const wildcard = wildcardOf(message.room);
    if (wildcard !== undefined) this.#wildcards.get(wildcard)?.take(message, 'live');
  }

  /** There is a new connection: joins every room again, each from where it was. */
  async resume(): Promise<void> {
    await this.#calls.run(async () => {
      await this.#rejoin([...this.#entries.values()]);
      this.#isCurrent = true;
    });
    for (const entry of this.#entries.values()) entry.turn();
    this.#flushSoon();
  }

  /** The connection is gone: what waits in the rooms will come again. */
  interrupt(): void {
    this.#isCurrent = false;
    for (const { done } of this.#leaving.splice(0)) done();
    for (const entry of this.#entries.values()) {
      entry.interrupt();
      entry.turn();
    }
  }

  end(error: QuotefleetError): void {
    this.#ended = error;
    for (const entry of this.#entries.values()) entry.end(error);
    this.#entries.clear();
    this.#wildcards.clear();
    for (const { reject } of this.#asking.splice(0)) reject(error);
  }

  async #rejoin(entries: readonly RoomEntry[]): Promise<void> {
    for (const part of inCalls(entries, (entry) => entry.request(), RESUMED_PER_CALL_MAX))
      await this.#subscribe(
        part.map((entry) => entry.request()),
        (index, result) => this.#rejoined(part[index] as RoomEntry, result),
      );
  }

  #request(wish: Wish, consumer: Consumer): Promise<RoomEntry> {
    if (!this.#options.isOpen() && !this.#options.buffersWhileOffline) return Promise.reject(offline());
    return new Promise((resolve, reject) => {
      this.#asking.push({ wish, consumer, resolve, reject });
      this.#flushSoon();
    });
  }

  #flushSoon(): void {
    const isIdle = this.#asking.length === 0 && this.#leaving.length === 0;
    if (this.#isFlushing || isIdle || !this.#options.isOpen()) return;
    this.#isFlushing = true;
    void this.#calls.run(async () => {
      this.#isFlushing = false;
      // First: who leaves a room and joins it again means to be in it.
      await this.#leaveAll(this.#leaving.splice(0, ROOMS_PER_CALL_MAX));
      const [asking = []] = inCalls(this.#asking.slice(0, ROOMS_PER_CALL_MAX), ({ wish }) => wish, ROOMS_PER_CALL_MAX);
      await this.#ask(this.#asking.splice(0, asking.length));
      this.#flushSoon();
    });
  }

  async #leaveAll(leaving: readonly Leaving[]): Promise<void> {
    if (leaving.length === 0) return;
    const request: UnsubscribeRequest = { rooms: leaving.map(({ room }) => room) };
    try {
      await this.#options.ask(SOCKET_EVENTS.unsubscribe, request);
    } catch (error) {
      this.#reportFailed(error);
    }
    for (const { done } of leaving) done();
    // A wildcard takes over the rooms that it has; they are to go on without it.
    const covered = (entry: RoomEntry) => leaving.some(({ name }) => name === wildcardOf(entry.terms.room));
    await this.#rejoin([...this.#entries.values()].filter(covered)).catch((error: unknown) =>
      this.#reportFailed(error),
    );
  }

  /** A connection that ended is followed by one that joins every room. */
  #reportFailed(error: unknown): void {
    if (this.#options.isOpen()) this.#options.report(toClientError(error, 'NETWORK', 'a call failed'));
  }

  async #ask(asking: readonly Asking[]): Promise<void> {
    if (asking.length === 0) return;
    const before = this.#ended;
    try {
      await this.#subscribe(
        asking.map(({ wish }) => wish),
        (index, result) => {
          const one = asking[index];
          if (one) this.#answered(one, result);
        },
      );
    } catch (thrown) {
      const isOver = this.#ended !== before && this.#ended;
      const error = isOver || toClientError(thrown, 'NETWORK', 'the call failed');
      const mayWait = error.code === 'OFFLINE' && this.#options.buffersWhileOffline;
      if (mayWait) this.#asking.unshift(...asking);
      else for (const { reject } of asking) reject(error);
    }
  }

  async #subscribe(rooms: readonly object[], take: (index: number, result: RoomResult) => void): Promise<void> {
    let error: SubscribeReply['error'];
    await this.#options.ask(SOCKET_EVENTS.subscribe, { rooms }, (reply) => {
      const { results, error: ofCall } = reply as SubscribeReply;
      error = ofCall;
      for (const [index, result] of results.entries()) take(index, result);
    });
    if (error) throw new QuotefleetError(error.code, error.message);
  }

  #answered({ wish, consumer, resolve, reject }: Asking, result: RoomResult): void {
    const { accepted, code, reason, room = wish.room } = result;
    if (!accepted) {
      reject(refusal(wish.room, code, reason));
      return;
    }
    const known = this.#entries.get(room);
    const entry = known ?? new RoomEntry(wish, result, this.#options.settings, () => this.#renew(room));
    this.#entries.set(room, entry);
    if (isWildcard(room)) this.#wildcards.set(room, entry);
    entry.join(consumer);
    entry.accept(result);
    resolve(entry);
  }

  #rejoined(entry: RoomEntry, result: RoomResult): void {
    const { room } = entry.terms;
    // Everybody left meanwhile.
    if (this.#entries.get(room) !== entry) return;
    if (result.accepted) {
      entry.accept(result, true);
    } else if (result.code === 'UNAVAILABLE') {
      setTimeout(() => this.#again(entry, entry.request()), UNAVAILABLE_RETRY_MS);
    } else {
      this.#drop(room);
      entry.end(refusal(room, result.code, result.reason));
    }
  }

  async #leave(entry: RoomEntry, consumer: Consumer): Promise<void> {
    const { room } = entry.terms;
    entry.consumers.delete(consumer);
    if (entry.consumers.size > 0 || this.#entries.get(room) !== entry) return;
    this.#drop(room);
    entry.interrupt();
    if (!this.#options.isOpen()) return;
    await new Promise<void>((done) => {
      this.#leaving.push({ room: entry.wish.room, name: room, done });
      this.#flushSoon();
    });
  }

  #drop(room: string): void {
    this.#entries.delete(room);
    this.#wildcards.delete(room);
  }

  #renew(room: string): void {
    if (this.#renewing.has(room)) return;
    this.#renewing.add(room);
    setTimeout(() => this.#renewing.delete(room), RENEW_EVERY_MS);
    const entry = this.#entries.get(room);
    // Without a position: what it lacks is a snapshot.
    if (entry) this.#again(entry, entry.wish);
  }

  #again(entry: RoomEntry, request: RoomRequest): void {
    if (this.#entries.get(entry.terms.room) !== entry || !this.#options.isOpen()) return;
    this.#calls
      .run(() => this.#subscribe([request], (_index, result) => this.#rejoined(entry, result)))
      .catch((error: unknown) => this.#reportFailed(error));
  }
}

/** The fleet refuses a call as a whole where it cannot read one room of it. */
function assertWish({ room, mode = 'raw', maxHz = MAX_HZ.most }: Wish): void {
  if (room.length === 0 || room.length > ROOM_NAME_MAX)
    throw badWish(`a room's name of 1 to ${ROOM_NAME_MAX} characters, found ${room.length}`);
  if (!MODES.includes(mode)) throw badWish(`${room} in the mode ${MODES.join(' or ')}, found ${mode}`);
  if (!(maxHz >= MAX_HZ.least && maxHz <= MAX_HZ.most))
    throw badWish(`${room} at a maxHz from ${MAX_HZ.least} to ${MAX_HZ.most}, found ${maxHz}`);
}

function badWish(expected: string): QuotefleetError {
  return new QuotefleetError('INVALID_ARGUMENT', `expected ${expected}`);
}

/** A room has one mode in a connection: whoever joins later takes it as it is. */
function joinable(entry: RoomEntry, { mode }: Wish): RoomEntry {
  const { room, mode: present } = entry.terms;
  if (mode === undefined || mode === present) return entry;
  throw new QuotefleetError('CONFLICT', `${room} is subscribed to in mode ${present}, expected no other mode`);
}

function offline(): QuotefleetError {
  return new QuotefleetError('OFFLINE', 'there is no connection: call connect() and wait for it');
}
