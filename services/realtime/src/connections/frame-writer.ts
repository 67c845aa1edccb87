import type { Duplex } from 'node:stream';
import type { Encoding } from '@quotefleet/contracts';
import type { Socket } from 'socket.io';
import type { Frame } from './frame.ts';

/** What Engine.IO's connections are made of, as far as frames need it that are made beforehand. */
interface Inner {
  /** What waits until the transport is writable. */
  writeBuffer: readonly unknown[];
  transport: { name: string; writable: boolean; socket?: { _socket?: Duplex } };
}

/**
 * Writes frames to one connection. What a flush looks at is kept at hand: with thousands of connections each further
 * object on the way to the TCP socket is one more that the processor has to wait for.
 */
export class FrameWriter {
  readonly #conn: Socket['conn'];
  readonly #inner: Inner;
  readonly #encoding: Encoding;
  /** Of a WebSocket. No other transport follows one. */
  #tcp: Duplex | undefined;

  constructor(conn: Socket['conn'], encoding: Encoding) {
    this.#conn = conn;
    this.#inner = conn as unknown as Inner;
    this.#encoding = encoding;
  }

  get isWebSocket(): boolean {
    return this.#findTcp() !== undefined;
  }

  /** Whether the transport still has what it was handed before. */
  get isBusy(): boolean {
    return !this.#inner.transport.writable || (this.#findTcp()?.writableLength ?? 0) > 0;
  }

  /**
   * Hands a frame to the transport, behind what it has. Where nothing of Engine.IO's own waits, a WebSocket's frame goes to
   * its TCP socket at once, without the bookkeeping of Engine.IO and `ws` for each.
   */
  write(frame: Frame): void {
    const tcp = this.#findTcp();
    if (!tcp) {
      for (const packet of frame.toPackets(this.#encoding)) this.#conn.write(packet, { compress: false });
      return;
    }
    const wire = frame.toWire(this.#encoding);
    const isIdle = this.#inner.transport.writable && this.#inner.writeBuffer.length === 0;
    if (isIdle && tcp.writable) writeAll(tcp, wire);
    else this.#conn.write('', preEncoded(wire));
  }

  #findTcp(): Duplex | undefined {
    if (this.#tcp) return this.#tcp;
    const { name, socket } = this.#inner.transport;
    if (name === 'websocket') this.#tcp = socket?._socket;
    return this.#tcp;
  }
}

function writeAll(tcp: Duplex, [first, second]: readonly Buffer[]): void {
  if (!second) {
    tcp.write(first);
    return;
  }
  tcp.cork();
  tcp.write(first);
  tcp.write(second);
  tcp.uncork();
}

/** Engine.IO passes frames made beforehand through as they are. */
function preEncoded(wsPreEncodedFrame: Buffer[]): { compress: boolean; wsPreEncodedFrame: Buffer[] } {
  return { compress: false, wsPreEncodedFrame };
}
