import { decode } from '@msgpack/msgpack';
import type { ServerMessage } from '@quotefleet/contracts/shapes';
import { QuotefleetError } from '../client-error.ts';

/**
 * The messages of a frame: an array as JSON, or its MessagePack bytes, which browsers hand over as an ArrayBuffer.
 * @throws QuotefleetError UNEXPECTED where it is neither
 */
export function decodeFrame(data: unknown): ServerMessage[] {
  const messages = Array.isArray(data) ? data : decodeBytes(data);
  const bad = messages.find((message) => !isMessage(message));
  if (bad !== undefined) throw malformed('a message with type, room and seq');
  return messages as ServerMessage[];
}

function decodeBytes(data: unknown): unknown[] {
  if (!(data instanceof ArrayBuffer) && !ArrayBuffer.isView(data)) throw malformed('an array or its MessagePack bytes');
  const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : data;
  const value = unpack(bytes);
  if (!Array.isArray(value)) throw malformed('an array in the MessagePack bytes');
  return value;
}

function unpack(bytes: Uint8Array | ArrayBuffer): unknown {
  try {
    return decode(bytes);
  } catch (error) {
    throw malformed('MessagePack', error);
  }
}

function isMessage(value: unknown): value is ServerMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { type, room, seq } = value as Partial<ServerMessage>;
  return typeof type === 'string' && typeof room === 'string' && Number.isInteger(seq);
}

function malformed(expected: string, cause?: unknown): QuotefleetError {
  return new QuotefleetError('UNEXPECTED', `a frame came that is malformed: expected ${expected}`, { cause });
}
