import type { FollowedPolicy } from '@quotefleet/access';
import {
  type Position,
  type RoomRefusal,
  type RoomRequest,
  type RoomResult,
  type ServerMessage,
  type SubscribeReply,
  subscribeRequestSchema,
  unsubscribeRequestSchema,
} from '@quotefleet/contracts';
import { wordIssue } from '@quotefleet/service-kit';
import type { z } from 'zod';
import type { Connection } from '../connections/connection.ts';
import type { RealtimeEvents } from '../events.ts';
import { hzOf } from '../rooms/lane-terms.ts';
import type { RoomHub } from '../rooms/room-hub.ts';
import { feedOf, parseRoom, type Room, RoomError } from '../rooms/room-name.ts';
import type { RoomSource } from '../rooms/room-source.ts';
import type { RoomSources } from '../rooms/room-sources.ts';
import { termsFor, type Verdict } from '../rooms/room-terms.ts';
import { messageOf } from '../rooms/update-message.ts';
import { ownRoom } from '../user-rooms/own-room.ts';
import { type Resumption, resume, resumeFeed } from './resume.ts';

/** Rooms of one call that are looked up at market-data at a time. */
const LOOK_UPS_MAX = 16;
/** Characters of missed messages that one answer may carry: rooms beyond that start from their snapshot. */
const MISSED_SIZE_MAX = 1024 * 1024;

export interface SubscriptionsContext {
  hub: RoomHub;
  sources: RoomSources;
  policy: Pick<FollowedPolicy, 'current'>;
  events: RealtimeEvents;
}

interface Refusal {
  code: RoomRefusal;
  reason: string;
}
type Reading = { request: RoomRequest } & ({ room: Room; refusal?: undefined } | { room?: Room; refusal: Refusal });
type Held = Pick<ReadonlyMap<string, unknown>, 'has' | 'size' | 'keys'>;
type Reply = (reply: SubscribeReply) => void;

/** Answers subscribe and unsubscribe calls; the caller sees to it that a connection has one at a time. */
export class Subscriptions {
  readonly #context: SubscriptionsContext;

  constructor(context: SubscriptionsContext) {
    this.#context = context;
  }

  async subscribe(connection: Connection, call: unknown, reply: Reply): Promise<void> {
    const rooms = readRooms(subscribeRequestSchema, call);
    if (!Array.isArray(rooms)) return this.#replyInTurn(connection, reply, rooms);
    const requests = rooms.map((room) => (typeof room === 'string' ? { room } : room));
    const known = await mapBounded(requests, (request) => this.#look(connection, request));
    const readings = await mapBounded(this.#admit(connection, known), (reading) => this.#prepare(connection, reading));
    if (!(await this.settle(connection))) return;
    // Nothing may be awaited from here on: each room's snapshot, the joining and the answer belong to one moment.
    const budget = { size: MISSED_SIZE_MAX };
    const feeds = new Map<string, Iterable<ServerMessage>>();
    reply({ results: readings.map((reading) => this.#join(connection, reading, budget, feeds)) });
    // Nothing waits, so that this overtakes nothing; what somebody asked for is not counted against its queue.
    for (const start of feeds.values()) this.#context.hub.tell(connection, ...start);
  }

  async unsubscribe(connection: Connection, call: unknown, reply: Reply): Promise<void> {
    const rooms = readRooms(unsubscribeRequestSchema, call);
    if (!Array.isArray(rooms)) return this.#replyInTurn(connection, reply, rooms);
    if (!(await this.settle(connection))) return;
    reply({ results: rooms.map((room) => this.#leave(connection, read(connection, { room }))) });
  }

  async #look(connection: Connection, request: RoomRequest): Promise<Reading> {
    const reading = read(connection, request);
    if (reading.refusal) return reading;
    const { room } = reading;
    // Before anything is looked up: who may not see a symbol does not learn whether there is one.
    const verdict = this.#verdict(connection, room, request);
    if ('refusal' in verdict) return { request, room, refusal: forbidden(verdict.refusal) };
    if (room.kind === 'feed') return reading;
    try {
      await this.#context.sources.of(room, verdict.terms.delaySeconds).require(room);
      return reading;
    } catch (error) {
      return { request, refusal: refusalOf(error) };
    }
  }

  /** Refuses what the connection cannot hold, before anything is made ready for it. */
  #admit(connection: Connection, readings: readonly Reading[]): Reading[] {
    const held = new Set(connection.rooms.keys());
    return readings.map((reading) => {
      if (reading.refusal) return reading;
      const { request, room } = reading;
      const refusal = this.#refusalToHold(connection, room, held);
      if (refusal) return { request, room, refusal };
      if (room.kind === 'feed') for (const name of coveredBy(room, held)) held.delete(name);
      held.add(room.name);
      return reading;
    });
  }

  /** Sees to it that the room's newest value is here. */
  async #prepare(connection: Connection, reading: Reading): Promise<Reading> {
    if (reading.refusal || reading.room.kind === 'feed') return reading;
    const { request, room } = reading;
    const verdict = this.#verdict(connection, room, request);
    if ('refusal' in verdict) return { request, room, refusal: forbidden(verdict.refusal) };
    try {
      const source = this.#context.sources.of(room, verdict.terms.delaySeconds);
      if (!source.snapshot(room)) await source.prepare(room);
      return reading;
    } catch (error) {
      return { request, refusal: refusalOf(error) };
    }
  }

  /** Who does not read is not answered either: answers would pile up. */
  async #replyInTurn(connection: Connection, reply: Reply, answer: SubscribeReply): Promise<void> {
    if (await this.settle(connection)) reply(answer);
  }

  /**
   * Hands the connection all that it has coming; false where it ended meanwhile. Its transport may be busy with that
   * afterwards, always so with polls under load: what is sent next still comes behind it.
   */
  async settle(connection: Connection): Promise<boolean> {
    if (!this.#context.hub.flushNow(connection))
      do await connection.writable();
      while (connection.hasWaiting);
    return !connection.isClosing;
  }

  #join(
    connection: Connection,
    reading: Reading,
    budget: { size: number },
    feeds: Map<string, Iterable<ServerMessage>>,
  ): RoomResult {
    const { request } = reading;
    if (reading.refusal) return refused(request, reading.room, reading.refusal);
    const { room } = reading;
    // Only now: the policy may have changed since the look-up.
    const verdict = this.#verdict(connection, room, request);
    if ('refusal' in verdict) return refused(request, room, forbidden(verdict.refusal));
    const refusal = this.#refusalToHold(connection, room, connection.rooms);
    if (refusal) return refused(request, room, refusal);
    const { terms } = verdict;
    this.#handOver(connection, room.name);
    if (room.kind === 'feed') this.#leaveCovered(connection, room);
    this.#context.hub.join(connection, room, terms);
    const answer: RoomResult = {
      ...{ requested: request.room, room: room.name, accepted: true, mode: terms.mode },
      ...(terms.intervalMs > 0 ? { maxHz: hzOf(terms) } : {}),
      ...(terms.delaySeconds > 0 ? { delaySeconds: terms.delaySeconds } : {}),
    };
    if (room.kind === 'feed') {
      // Named twice in a call it begins once: that may be the whole market.
      if (feeds.has(room.name)) return answer;
      const { start, ...resumption } = resumeFeed(this.#context.sources, room, terms, request.since);
      feeds.set(room.name, start);
      this.#count(resumption);
      return { ...answer, ...resumption };
    }
    const source = this.#context.sources.of(room, terms.delaySeconds);
    const position = terms.mode === 'raw' ? request.resume : undefined;
    return { ...answer, ...this.#start(room, source, position, budget) };
  }

  /** Where the connection starts in the room: after what it has, or at the newest. */
  #start(room: Room, source: RoomSource, position: Position | undefined, budget: { size: number }): Resumption {
    const resumption = resume(source, room, position, budget.size);
    if (resumption.missed) for (const message of resumption.missed) budget.size -= JSON.stringify(message).length;
    // Looking for what then does not fit is work too: a call cannot ask for it again and again.
    if (resumption.gap?.reason === 'overflow') budget.size = Math.floor(budget.size / 2);
    this.#count(resumption);
    return resumption;
  }

  #count({ recovered, gap }: Resumption): void {
    if (recovered !== undefined) this.#context.events.resumed(recovered);
    if (gap) this.#context.events.gapsSent(gap.reason, 1);
  }

  /** @param held names of rooms that the connection is in, or will be by then */
  #refusalToHold({ identity }: Connection, room: Room, held: Held): Refusal | undefined {
    const feed = feedOf(room);
    if (feed !== undefined && held.has(feed)) return { code: 'COVERED', reason: `${feed} has what ${room.name} sends` };
    const { role } = identity;
    const { maxRooms } = this.#context.policy.current().rowsOf(role);
    if (held.has(room.name) || held.size < maxRooms) return undefined;
    return { code: 'TOO_MANY_ROOMS', reason: `too many rooms: a connection of the role ${role} may hold ${maxRooms}` };
  }

  /** What a feed sends comes once. */
  #leaveCovered(connection: Connection, feed: Room): void {
    for (const name of coveredBy(feed, connection.rooms)) {
      this.#handOver(connection, name);
      this.#context.hub.leave(connection, name);
    }
  }

  /**
   * Sends the bars that wait for the pace at which a connection was in a room until now. Of all else the newest tells
   * everything, and that is what it starts from.
   */
  #handOver(connection: Connection, name: string): void {
    const pending = connection.rooms.get(name)?.pendingOf(connection) ?? [];
    this.#context.hub.tell(connection, ...pending.filter(({ type }) => type === 'bar').map(messageOf));
  }

  #verdict({ identity }: Connection, room: Room, { mode, maxHz }: RoomRequest): Verdict {
    return termsFor(this.#context.policy.current(), identity.role, room, { mode, maxHz });
  }

  #leave(connection: Connection, reading: Reading): RoomResult {
    const { request } = reading;
    if (reading.refusal) return refused(request, reading.room, reading.refusal);
    const { room } = reading;
    if (this.#context.hub.leave(connection, room.name))
      return { requested: request.room, room: room.name, accepted: true };
    return refused(request, room, { code: 'NOT_SUBSCRIBED', reason: 'not subscribed to this room' });
  }
}

function readRooms<T>(schema: z.ZodType<{ rooms: T[] }>, call: unknown): T[] | SubscribeReply {
  const parsed = schema.safeParse(call);
  if (parsed.success) return parsed.data.rooms;
  const message = parsed.error.issues
    .map((issue) => `${issue.path.join('.') || 'request'}: ${wordIssue(issue)}`)
    .join('; ');
  return { results: [], error: { code: 'INVALID_ARGUMENT', message: `expected { rooms: [...] }: ${message}` } };
}

function read({ identity }: Connection, request: RoomRequest): Reading {
  try {
    return { request, room: ownRoom(parseRoom(request.room), identity.subject) };
  } catch (error) {
    return { request, refusal: refusalOf(error) };
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof RoomError) return { code: error.code, reason: error.message };
  throw error;
}

function forbidden(reason: string): Refusal {
  return { code: 'FORBIDDEN', reason };
}

/** Names of the rooms held that a feed has all of. */
function coveredBy(feed: Room, held: Held): string[] {
  return [...held.keys()].filter((name) => feedOf(parseRoom(name)) === feed.name);
}

function refused({ room: requested }: RoomRequest, room: Room | undefined, { code, reason }: Refusal): RoomResult {
  return { requested, ...(room ? { room: room.name } : {}), accepted: false, code, reason };
}

async function mapBounded<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(LOOK_UPS_MAX, items.length) }, worker));
  return results;
}
