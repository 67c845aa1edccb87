import type { Position, ServerMessage } from '@quotefleet/contracts';
import { newTraceId } from '@quotefleet/service-kit';
import type { Room } from '../rooms/room-name.ts';
import type { RoomSource, Update } from '../rooms/room-source.ts';
import { snapshotOf } from '../rooms/update-message.ts';
import { PreparedRooms } from './prepared-rooms.ts';

/** What rooms of a kind say, computed from what the node knows. */
export interface RoomContent {
  type: 'board' | 'movers';
  /** @throws RoomError where there is no such room, or that cannot be told now */
  require(room: Room): Promise<void>;
  /** Resolves once all is there, as far as it can be had, that `compute` is made of. */
  prepare(room: Room): Promise<void>;
  /** Undefined while there is nothing to say. */
  compute(room: Room): object | undefined;
}

interface RoomState {
  room: Room;
  latest: Update | undefined;
  /** The latest payload, to tell whether there is news. */
  json: string;
}

interface ComputedRoomsContext {
  /** Names the run of the sequences: this node and its start. */
  instanceId: string;
  publish: (update: Update) => void;
}

/** Rooms that are computed anew again and again while somebody is in them, and say something when it is news. */
export class ComputedRooms implements RoomSource {
  readonly #context: ComputedRoomsContext;
  readonly #content: RoomContent;
  readonly #rooms = new PreparedRooms<RoomState>();
  /** How far each room ever was: one that is made anew goes on from there. */
  readonly #seqs = new Map<string, number>();

  constructor(context: ComputedRoomsContext, content: RoomContent) {
    this.#context = context;
    this.#content = content;
  }

  /** Says what is new in every room; to be called as often as rooms may say something. */
  refresh(): void {
    for (const state of this.#rooms.values()) this.#compute(state);
  }

  require(room: Room): Promise<void> {
    return this.#content.require(room);
  }

  async prepare(room: Room): Promise<void> {
    const state = this.#rooms.prepare(room.name, () => ({ room, latest: undefined, json: '' }));
    await this.#content.prepare(room);
    this.#compute(state);
  }

  opened(room: Room): void {
    this.#rooms.open(room.name, () => ({ room, latest: undefined, json: '' }));
  }

  dropped(room: Room): void {
    this.#rooms.drop(room.name);
  }

  snapshot(room: Room): ServerMessage | undefined {
    const latest = this.#rooms.get(room.name)?.latest;
    return latest && snapshotOf(latest);
  }

  since(room: Room, { epoch, seq }: Position): ServerMessage[] | undefined {
    const latest = this.#rooms.get(room.name)?.latest;
    return latest?.epoch === epoch && latest.seq === seq ? [] : undefined;
  }

  #compute(state: RoomState): void {
    const { room } = state;
    const payload = this.#content.compute(room);
    if (!payload) return;
    const json = JSON.stringify(payload);
    if (json === state.json) return;
    const { instanceId, publish } = this.#context;
    const before = this.#seqs.get(room.name);
    const seq = (before ?? 0) + 1;
    const chain = { epoch: instanceId, seq, prevSeq: before };
    const update = { room, type: this.#content.type, payload, traceId: newTraceId(), ts: Date.now(), ...chain };
    this.#seqs.set(room.name, seq);
    state.json = json;
    state.latest = update;
    publish(update);
  }
}
