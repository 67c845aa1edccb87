import type { Encoding } from '@quotefleet/contracts';
import type { RoomMessage } from './room-message.ts';
import { toPackets, toWire } from './wire.ts';

/**
 * What a connection is to be sent in one flush, as a path in a tree of messages. Connections that get the same
 * messages end at the same node, so that each distinct frame is put together and encoded once, whatever the number
 * of its receivers.
 */
export class Frame {
  readonly messageCount: number;
  /** Bytes of all its messages as JSON: what it is counted for in a queue. */
  readonly size: number;
  readonly #parent: Frame | undefined;
  readonly #message: RoomMessage | undefined;
  #next: Frame | undefined;
  readonly #wires: Partial<Record<Encoding, Buffer[]>> = {};

  constructor(parent?: Frame, message?: RoomMessage) {
    this.#parent = parent;
    this.#message = message;
    this.messageCount = parent ? parent.messageCount + 1 : 0;
    this.size = (parent?.size ?? 0) + (message?.bytes.length ?? 0);
  }

  /**
   * This frame and one message more. All connections that are here when a message comes are extended by it before the
   * next message comes, so that one remembered successor serves them all.
   */
  extend(message: RoomMessage): Frame {
    let next = this.#next;
    if (!next || next.#message !== message) {
      next = new Frame(this, message);
      this.#next = next;
    }
    return next;
  }

  /** Engine.IO packets, for transports that frame them themselves. */
  toPackets(encoding: Encoding): (string | Buffer)[] {
    return toPackets(this.messages(), encoding);
  }

  /** The packets as unmasked WebSocket frames. */
  toWire(encoding: Encoding): Buffer[] {
    this.#wires[encoding] ??= toWire(this.messages(), encoding);
    return this.#wires[encoding];
  }

  messages(): RoomMessage[] {
    const messages: RoomMessage[] = [];
    for (let node: Frame = this; node.#parent && node.#message; node = node.#parent) messages.push(node.#message);
    return messages.reverse();
  }
}
