import { type ServerMessage, type UserPayload, userPayloadSchema } from '@quotefleet/contracts';
import { newTraceId } from '@quotefleet/service-kit';
import { z } from 'zod';
import type { Nodes } from '../nodes/nodes.ts';
import type { RoomHub } from '../rooms/room-hub.ts';
import type { Room } from '../rooms/room-name.ts';
import type { RoomSource } from '../rooms/room-source.ts';
import { userRoomName } from './own-room.ts';

const USER_TOPIC = 'user';
const toUserSchema = z.object({ subject: z.string(), traceId: z.string(), payload: userPayloadSchema });

interface UserRoomsContext {
  nodes: Nodes;
  hub: RoomHub;
  /** Names this node, which numbers what it sends itself. */
  instanceId: string;
}

/** What services of the fleet say to one user, on whatever node the user's connections are; kept for nobody. */
export class UserRooms implements RoomSource {
  readonly #context: UserRoomsContext;
  /** One count for all users: a room that was dropped and is there again goes on above what its members had. */
  #seq = 0;
  readonly #last = new Map<string, number>();

  constructor(context: UserRoomsContext) {
    this.#context = context;
    context.nodes.on(USER_TOPIC, (body) => {
      const parsed = toUserSchema.safeParse(body);
      if (parsed.success) this.#publish(parsed.data);
    });
  }

  /** Sends a message to those of a user's connections that can be reached, at most once. */
  send(subject: string, payload: UserPayload): void {
    this.#context.nodes.tell(USER_TOPIC, { subject, traceId: newTraceId(), payload });
  }

  async require(): Promise<void> {
    // Every user has the room.
  }

  async prepare(): Promise<void> {
    // What was said before somebody came is not kept.
  }

  snapshot(): ServerMessage | undefined {
    return undefined;
  }

  dropped({ name }: Room): void {
    this.#last.delete(name);
  }

  #publish({ subject, traceId, payload }: z.infer<typeof toUserSchema>): void {
    const { hub, instanceId } = this.#context;
    const name = userRoomName(subject);
    if (!hub.rooms.get(name)) return;
    this.#seq += 1;
    const prevSeq = this.#last.get(name);
    this.#last.set(name, this.#seq);
    hub.publish({
      ...{ room: { kind: 'user', name }, type: 'user', payload, traceId, ts: Date.now() },
      ...{ epoch: instanceId, seq: this.#seq, prevSeq },
    });
  }
}
