import { MARKET_NAMESPACE, SOCKET_EVENTS } from '@quotefleet/contracts';

/** Head and tail of a Socket.IO EVENT packet (protocol 5) whose one argument is an array of messages. */
const PACKET_HEAD = `2${MARKET_NAMESPACE},["${SOCKET_EVENTS.messages}",[`;
const PACKET_TAIL = ']]';
/** Engine.IO's packet type "message". */
const MESSAGE_TYPE = '4';

const FIN_TEXT = 0x81;
const LENGTH_7_BITS_MAX = 125;
const LENGTH_16_BITS_MAX = 0xffff;

interface EncodedFrame {
  /** For transports that frame it themselves. */
  packet: string;
  /** The packet as one unmasked WebSocket text frame. */
  wire: Buffer;
}

/**
 * What a connection is to be sent in one flush, as a path in a tree of messages. Connections that get the same
 * messages end at the same node, so that each distinct frame is put together and encoded once, whatever the number
 * of its receivers.
 */
export class Frame {
  readonly messageCount: number;
  /** Characters of all its messages: what it is counted for in a queue. */
  readonly size: number;
  readonly #parent: Frame | undefined;
  readonly #message: string;
  #nextIndex = -1;
  #next: Frame | undefined;
  #encoded: EncodedFrame | undefined;

  constructor(parent?: Frame, message = '') {
    this.#parent = parent;
    this.#message = message;
    this.messageCount = parent ? parent.messageCount + 1 : 0;
    this.size = (parent?.size ?? 0) + message.length;
  }

  /**
   * This frame and one message more. Messages come with rising indices, so that one remembered successor serves all
   * connections that are here when the message comes.
   */
  extend(index: number, message: string): Frame {
    if (this.#next && this.#nextIndex === index) return this.#next;
    this.#nextIndex = index;
    this.#next = new Frame(this, message);
    return this.#next;
  }

  encode(): EncodedFrame {
    this.#encoded ??= encodePacket(`${PACKET_HEAD}${this.#messages().join(',')}${PACKET_TAIL}`);
    return this.#encoded;
  }

  #messages(): string[] {
    const messages = new Array<string>(this.messageCount);
    let node: Frame = this;
    for (let at = this.messageCount - 1; at >= 0 && node.#parent; at--) {
      messages[at] = node.#message;
      node = node.#parent;
    }
    return messages;
  }
}

function encodePacket(packet: string): EncodedFrame {
  const length = MESSAGE_TYPE.length + Buffer.byteLength(packet);
  const headerLength = length <= LENGTH_7_BITS_MAX ? 2 : length <= LENGTH_16_BITS_MAX ? 4 : 10;
  const wire = Buffer.allocUnsafe(headerLength + length);
  wire[0] = FIN_TEXT;
  if (headerLength === 2) wire[1] = length;
  if (headerLength === 4) {
    wire[1] = 126;
    wire.writeUInt16BE(length, 2);
  }
  if (headerLength === 10) {
    wire[1] = 127;
    wire.writeBigUInt64BE(BigInt(length), 2);
  }
  wire.write(MESSAGE_TYPE, headerLength, 'latin1');
  wire.write(packet, headerLength + 1, 'utf8');
  return { packet, wire };
}
