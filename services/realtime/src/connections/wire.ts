import { type Encoding, MARKET_NAMESPACE, SOCKET_EVENTS } from '@quotefleet/contracts';
import type { RoomMessage } from './room-message.ts';

/** Head and tail of a Socket.IO EVENT packet (protocol 5) whose one argument is an array of messages. */
const PACKET_HEAD = `2${MARKET_NAMESPACE},["${SOCKET_EVENTS.messages}",[`;
const PACKET_TAIL = ']]';
/** A BINARY_EVENT packet whose one argument is the one attachment that follows. */
const BINARY_PACKET = `51-${MARKET_NAMESPACE},["${SOCKET_EVENTS.messages}",{"_placeholder":true,"num":0}]`;

/** The same as Engine.IO has it on the wire: before a text packet the type of its own, "message". */
const WIRE_HEAD = Buffer.from(`4${PACKET_HEAD}`);
const WIRE_TAIL = Buffer.from(PACKET_TAIL);
const COMMA = 0x2c;

const FIN_TEXT = 0x81;
const FIN_BINARY = 0x82;
const LENGTH_7_BITS_MAX = 125;
const LENGTH_16_BITS_MAX = 0xffff;

const BINARY_WIRE = textFrame(Buffer.from(`4${BINARY_PACKET}`));

/** The Engine.IO packets of a frame, for transports that frame them themselves. */
export function toPackets(messages: readonly RoomMessage[], encoding: Encoding): (string | Buffer)[] {
  if (encoding === 'msgpack') return [BINARY_PACKET, packAll(messages, 0)];
  return [`${PACKET_HEAD}${messages.map(({ bytes }) => bytes.toString()).join(',')}${PACKET_TAIL}`];
}

/** The unmasked WebSocket frames of the same. */
export function toWire(messages: readonly RoomMessage[], encoding: Encoding): Buffer[] {
  if (encoding === 'json') return [jsonWire(messages)];
  const room = 10;
  const packed = packAll(messages, room);
  const length = packed.length - room;
  const headerLength = headerLengthOf(length);
  const wire = packed.subarray(room - headerLength);
  writeHeader(wire, FIN_BINARY, headerLength, length);
  return [BINARY_WIRE, wire];
}

function jsonWire(messages: readonly RoomMessage[]): Buffer {
  let size = 0;
  for (const { bytes } of messages) size += bytes.length;
  const length = WIRE_HEAD.length + size + (messages.length - 1) + WIRE_TAIL.length;
  const headerLength = headerLengthOf(length);
  const wire = Buffer.allocUnsafe(headerLength + length);
  writeHeader(wire, FIN_TEXT, headerLength, length);
  let at = headerLength + WIRE_HEAD.copy(wire, headerLength);
  for (const [index, { bytes }] of messages.entries()) {
    if (index > 0) wire[at++] = COMMA;
    at += bytes.copy(wire, at);
  }
  WIRE_TAIL.copy(wire, at);
  return wire;
}

/** The messages as one MessagePack array, behind so many free bytes. */
function packAll(messages: readonly RoomMessage[], free: number): Buffer {
  const count = messages.length;
  let size = free + 5;
  for (const { packed } of messages) size += packed.length;
  const all = Buffer.allocUnsafe(size);
  // array 32: the format takes a longer length field than it needs.
  all[free] = 0xdd;
  all.writeUInt32BE(count, free + 1);
  let at = free + 5;
  for (const { packed } of messages) {
    all.set(packed, at);
    at += packed.length;
  }
  return all;
}

function textFrame(payload: Buffer): Buffer {
  const headerLength = headerLengthOf(payload.length);
  const wire = Buffer.allocUnsafe(headerLength + payload.length);
  writeHeader(wire, FIN_TEXT, headerLength, payload.length);
  payload.copy(wire, headerLength);
  return wire;
}

function headerLengthOf(length: number): number {
  return length <= LENGTH_7_BITS_MAX ? 2 : length <= LENGTH_16_BITS_MAX ? 4 : 10;
}

/** RFC 6455, 5.2: FIN and opcode, no mask, the payload's length in 7, 16 or 64 bits. */
function writeHeader(wire: Buffer, finAndOpcode: number, headerLength: number, length: number): void {
  wire[0] = finAndOpcode;
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
