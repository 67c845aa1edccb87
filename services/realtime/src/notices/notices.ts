import { systemPayloadSchema } from '@quotefleet/contracts';
import type { Namespace } from 'socket.io';
import type { RoomHub } from '../rooms/room-hub.ts';

/** The event by which nodes pass notices on to each other. */
const NOTICE_EVENT = 'notice';

/** Notices to everybody in the room `system`, on every node. */
export class Notices {
  readonly #namespace: Namespace;
  readonly #hub: RoomHub;

  constructor(namespace: Namespace, hub: RoomHub) {
    this.#namespace = namespace;
    this.#hub = hub;
    namespace.on(NOTICE_EVENT as 'connection', (payload: unknown) => {
      const parsed = systemPayloadSchema.safeParse(payload);
      if (parsed.success) hub.publishNotice(parsed.data);
    });
  }

  broadcast(message: string): void {
    const payload = { code: 'NOTICE', message } as const;
    this.#hub.publishNotice(payload);
    this.#namespace.serverSideEmit(NOTICE_EVENT, payload);
  }
}
