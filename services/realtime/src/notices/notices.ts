import { type ServerMessage, type SystemPayload, systemPayloadSchema } from '@quotefleet/contracts';
import { newTraceId } from '@quotefleet/service-kit';
import type { Answers, Nodes } from '../nodes/nodes.ts';
import type { RoomHub } from '../rooms/room-hub.ts';
import type { RoomSource } from '../rooms/room-source.ts';

const NOTICE_TOPIC = 'notice';

interface NoticesContext {
  nodes: Nodes;
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
    context.nodes.on(NOTICE_TOPIC, (payload) => {
      const parsed = systemPayloadSchema.safeParse(payload);
      if (parsed.success) this.#publish(parsed.data);
      return parsed.success;
    });
  }

  /** Tells everybody who can be reached. */
  send(message: string): void {
    this.#context.nodes.tell(NOTICE_TOPIC, noticeOf(message));
  }

  /** The same, and waits for which nodes passed it on. */
  broadcast(message: string): Promise<Answers> {
    return this.#context.nodes.ask(NOTICE_TOPIC, noticeOf(message));
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

function noticeOf(message: string): SystemPayload {
  return { code: 'NOTICE', message };
}
