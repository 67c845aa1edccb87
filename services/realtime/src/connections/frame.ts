import { MARKET_NAMESPACE, SOCKET_EVENTS } from '@quotefleet/contracts';

/** Head and tail of a Socket.IO EVENT packet (protocol 5) whose one argument is an array of messages. */
const PACKET_HEAD = `2${MARKET_NAMESPACE},["${SOCKET_EVENTS.messages}",[`;
const PACKET_TAIL = ']]';
/** The same as Engine.IO has it on the wire: before it the type of its own packet, "message". */
const WIRE_HEAD = Buffer.from(`4${PACKET_HEAD}`);
const WIRE_TAIL = Buffer.from(PACKET_TAIL);
const COMMA = 0x2c;

const FIN_TEXT = 0x81;
const LENGTH_7_BITS_MAX = 125;
const LENGTH_16_BITS_MAX = 0xffff;

/** A message to a room, serialised once for all its receivers. */
export class RoomMessage {
  readonly bytes: Buffer;

  constructor(json: string) {
    this.bytes = Buffer.from(json);
  }
}

/**
 * What a connection is to be sent in one flush, as a path in a tree of messages. Connections that get the same
 * messages end at the same node, so that each distinct frame is put together and encoded once, whatever the number
 * of its receivers.
 */
export class Frame {
  readonly messageCount: number;
  /** Bytes of all its messages: what it is counted for in a queue. */
  readonly size: number;
  readonly #parent: Frame | undefined;
  readonly #message: RoomMessage | undefined;
  #next: Frame | undefined;
  #wire: Buffer | undefined;

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

  /** The Socket.IO packet, for transports that frame it themselves. */
  toPacket(): string {
    const messages = this.#messages().map(({ bytes }) => bytes.toString());
    return `${PACKET_HEAD}${messages.join(',')}${PACKET_TAIL}`;
  }

  /** The packet as one unmasked WebSocket text frame. */
  toWire(): Buffer {
    this.#wire ??= encodeWire(this.#messages(), this.size);
    return this.#wire;
  }

  #messages(): RoomMessage[] {
    const messages: RoomMessage[] = [];
    for (let node: Frame = this; node.#parent && node.#message; node = node.#parent) messages.push(node.#message);
    return messages.reverse();
  }
}

function encodeWire(messages: readonly RoomMessage[], size: number): Buffer {
  const length = WIRE_HEAD.length + size + (messages.length - 1) + WIRE_TAIL.length;
  const headerLength = length <= LENGTH_7_BITS_MAX ? 2 : length <= LENGTH_16_BITS_MAX ? 4 : 10;
  const wire = Buffer.allocUnsafe(headerLength + length);
  writeHeader(wire, headerLength, length);
  let at = headerLength + WIRE_HEAD.copy(wire, headerLength);
  for (const [index, { bytes }] of messages.entries()) {
    if (index > 0) wire[at++] = COMMA;
    at += bytes.copy(wire, at);
  }
  WIRE_TAIL.copy(wire, at);
  return wire;
}

/** RFC 6455, 5.2: FIN, opcode text, no mask, the payload's length in 7, 16 or 64 bits. */
function writeHeader(wire: Buffer, headerLength: number, length: number): void {
  wire[0] = FIN_TEXT;
  if (headerLength === 2) {
    wire[1] = length;
  } else if (headerLength === 4) {
    wire[1] = 126;
    wire.writeUInt16BE(length, 2);
  } else {
    wire[1] = 127;
    wire.writeBigUInt64BE(BigInt(length), 2);
  }
}
