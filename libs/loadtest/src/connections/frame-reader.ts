import { decode } from '@msgpack/msgpack';
import { MARKET_NAMESPACE, SOCKET_EVENTS } from '@quotefleet/contracts';
import { MalformedFrameError, type ReceivedMessage, toReceivedMessage } from './received-message.ts';

/** Frames that are remembered, by length. */
const REMEMBERED_MAX = 128;
const HEAD = Buffer.from(`42${MARKET_NAMESPACE},["${SOCKET_EVENTS.messages}",`);

/**
 * Reads frames of messages. Connections with the same rooms get the same bytes: a frame that equals one read before,
 * byte for byte, is not parsed again, so that one process can take what a server's core can send.
 */
export class FrameReader {
  readonly #remembered = new Map<number, { bytes: Buffer; messages: readonly ReceivedMessage[] }>();

  /** Whether a text frame is one of messages. */
  isMessages(frame: Buffer): boolean {
    return frame.length > HEAD.length && frame.compare(HEAD, 0, HEAD.length, 0, HEAD.length) === 0;
  }

  /** @throws MalformedFrameError */
  readText(frame: Buffer): readonly ReceivedMessage[] {
    return this.#read(frame, () => JSON.parse(frame.toString('utf8', HEAD.length, frame.length - 1)));
  }

  /** The attachment of a frame: MessagePack. @throws MalformedFrameError */
  readBinary(bytes: Buffer): readonly ReceivedMessage[] {
    return this.#read(bytes, () => decode(bytes));
  }

  #read(frame: Buffer, parse: () => unknown): readonly ReceivedMessage[] {
    const known = this.#remembered.get(frame.length);
    if (known?.bytes.equals(frame)) return known.messages;
    const messages = toMessages(parse);
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear();
    // A copy: the frame is part of a larger buffer of the socket.
    this.#remembered.set(frame.length, { bytes: Buffer.from(frame), messages });
    return messages;
  }
}

function toMessages(parse: () => unknown): ReceivedMessage[] {
  let value: unknown;
  try {
    value = parse();
  } catch (error) {
    throw new MalformedFrameError(`expected messages: ${String(error)}`);
  }
  if (!Array.isArray(value)) throw new MalformedFrameError('expected an array of messages');
  return value.map(toReceivedMessage);
}
