import type { FollowedPolicy } from '@quotefleet/access';
import {
  ROOMS_PER_CONNECTION_MAX,
  type RoomResult,
  type SubscribeReply,
  subscribeRequestSchema,
} from '@quotefleet/contracts';
import { wordIssue } from '@quotefleet/service-kit';
import type { Connection } from '../connections/connection.ts';
import type { RoomHub } from '../rooms/room-hub.ts';
import { parseRoom, type Room, RoomError } from '../rooms/room-name.ts';
import { refusalOfRoom } from '../rooms/room-rights.ts';
import type { SnapshotLoader } from '../rooms/snapshot-loader.ts';
import type { Universe } from '../rooms/universe.ts';

/** Rooms of one call that are looked up at market-data at a time. */
const LOOK_UPS_MAX = 16;

export interface SubscriptionsContext {
  hub: RoomHub;
  universe: Universe;
  snapshots: SnapshotLoader;
  policy: Pick<FollowedPolicy, 'current'>;
}

type Reading = { requested: string } & ({ room: Room } | { reason: string });

/** Answers subscribe and unsubscribe calls; the caller sees to it that a connection has one at a time. */
export class Subscriptions {
  readonly #context: SubscriptionsContext;

  constructor(context: SubscriptionsContext) {
    this.#context = context;
  }

  async subscribe(connection: Connection, request: unknown, reply: (reply: SubscribeReply) => void): Promise<void> {
    const rooms = readRooms(request);
    if (!Array.isArray(rooms)) return reply(rooms);
    const readings = await mapBounded(rooms, (requested) => this.#look(connection, requested));
    if (!(await this.#settle(connection))) return;
    // Nothing may be awaited from here on: each room's snapshot, the joining and the answer belong to one moment.
    reply({ results: readings.map((reading) => this.#join(connection, reading)) });
  }

  async unsubscribe(connection: Connection, request: unknown, reply: (reply: SubscribeReply) => void): Promise<void> {
    const rooms = readRooms(request);
    if (!Array.isArray(rooms)) return reply(rooms);
    if (!(await this.#settle(connection))) return;
    reply({ results: rooms.map((requested) => this.#leave(connection, read(requested))) });
  }

  async #look(connection: Connection, requested: string): Promise<Reading> {
    const reading = read(requested);
    // Before anything is looked up: who may not see a symbol does not learn whether there is one.
    if ('room' in reading && this.#refusal(connection, reading.room) !== undefined) return reading;
    if (!('room' in reading) || reading.room.kind === 'system') return reading;
    try {
      await this.#context.universe.require(reading.room.symbol);
    } catch (error) {
      return refuse(requested, error);
    }
    if (!this.#context.hub.snapshot(reading.room)) await this.#context.snapshots.load(reading.room);
    return reading;
  }

  /** Hands the connection all that it has coming; false where it ended meanwhile. */
  async #settle(connection: Connection): Promise<boolean> {
    while (!this.#context.hub.flushNow(connection)) await connection.writable();
    return !connection.isClosing;
  }

  #join(connection: Connection, reading: Reading): RoomResult {
    const { requested } = reading;
    if (!('room' in reading)) return { requested, accepted: false, reason: reading.reason };
    const { room } = reading;
    // Only now: the policy may have changed since the look-up.
    const refusal = this.#refusal(connection, room);
    if (refusal !== undefined) return { requested, room: room.name, accepted: false, reason: refusal };
    if (!connection.rooms.has(room.name) && connection.rooms.size >= ROOMS_PER_CONNECTION_MAX) {
      const reason = `too many rooms: a connection may hold ${ROOMS_PER_CONNECTION_MAX}`;
      return { requested, room: room.name, accepted: false, reason };
    }
    this.#context.hub.join(connection, room);
    const snapshot = this.#context.hub.snapshot(room);
    return { requested, room: room.name, accepted: true, ...(snapshot ? { snapshot } : {}) };
  }

  #refusal({ identity }: Connection, room: Room): string | undefined {
    return refusalOfRoom(this.#context.policy.current(), identity.role, room);
  }

  #leave(connection: Connection, reading: Reading): RoomResult {
    const { requested } = reading;
    if (!('room' in reading)) return { requested, accepted: false, reason: reading.reason };
    const { name } = reading.room;
    const accepted = this.#context.hub.leave(connection, name);
    return { requested, room: name, accepted, ...(accepted ? {} : { reason: 'not subscribed to this room' }) };
  }
}

function readRooms(request: unknown): string[] | SubscribeReply {
  const parsed = subscribeRequestSchema.safeParse(request);
  if (parsed.success) return parsed.data.rooms;
  const message = parsed.error.issues
    .map((issue) => `${issue.path.join('.') || 'request'}: ${wordIssue(issue)}`)
    .join('; ');
  return { results: [], error: { code: 'INVALID_ARGUMENT', message: `expected { rooms: [...] }: ${message}` } };
}

function read(requested: string): Reading {
  try {
    return { requested, room: parseRoom(requested) };
  } catch (error) {
    return refuse(requested, error);
  }
}

function refuse(requested: string, error: unknown): Reading {
  if (error instanceof RoomError) return { requested, reason: error.message };
  throw error;
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
