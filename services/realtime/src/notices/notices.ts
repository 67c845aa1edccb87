import { type ServerMessage, type SystemPayload, systemPayloadSchema } from '@quotefleet/contracts';
import { newTraceId } from '@quotefleet/service-kit';
import type { Namespace } from 'socket.io';
import type { RoomHub } from '../rooms/room-hub.ts';
import type { RoomSource } from '../rooms/room-source.ts';

/** The event by which nodes pass notices on to each other. */
const NOTICE_EVENT = 'notice';

interface NoticesContext {
  namespace: Namespace;
  hub: RoomHub;
  /** Names this node, which numbers what it sends itself. */
  instanceId: string;
}

/** Notices to everybody in the room `system`, on every node. */
export class Notices implements RoomSource {
  readonly #context: NoticesContext;
  #seq = 0;

  constructor(context: NoticesContext) {
    this.#context = context;
    context.namespace.on(NOTICE_EVENT as 'connection', (payload: unknown) => {
      const parsed = systemPayloadSchema.safeParse(payload);
      if (parsed.success) this.#publish(parsed.data);
    });
  }

  broadcast(message: string): void {
    const payload = { code: 'NOTICE', message } as const;
    this.#publish(payload);
    this.#context.namespace.serverSideEmit(NOTICE_EVENT, payload);
  }

  async require(): Promise<void> {
    // There is one room, and it is always there.
  }

  async prepare(): Promise<void> {
    // What was said before somebody came was not meant for them.
  }

  snapshot(): ServerMessage | undefined {
    return undefined;
  }

  #publish(payload: SystemPayload): void {
    const prevSeq = this.#seq;
    this.#seq += 1;
    this.#context.hub.publish({
      ...{ room: { kind: 'system', name: 'system' }, type: 'system', payload },
      ...{ traceId: newTraceId(), ts: Date.now() },
      ...{ epoch: this.#context.instanceId, seq: this.#seq, prevSeq },
    });
  }
}
