import type { Encoding } from '@quotefleet/contracts';
import type { Socket } from 'socket.io';
import type { Frame } from './frame.ts';

const OPEN = 1;

/** What Engine.IO's connections are made of, as far as frames need it that are made beforehand. */
interface Inner {
  writeBuffer: readonly unknown[];
  transport: { socket?: InnerWebSocket };
}

interface InnerWebSocket {
  readyState: number;
  /** What the kernel has not taken yet, bytes. */
  bufferedAmount: number;
  _sender?: { sendFrame?(frames: readonly Buffer[]): void };
}

type EngineConnection = Socket['conn'];

/** Whether the transport still has what it was handed before. */
export function isBusy(conn: EngineConnection): boolean {
  return !conn.transport.writable || (webSocketOf(conn)?.bufferedAmount ?? 0) > 0;
}

/**
 * Hands a frame to the transport, behind what it has. Where nothing of Engine.IO's own waits, a WebSocket gets it at once:
 * by the call that Engine.IO makes for the frames of broadcasts, without its bookkeeping for each of them.
 */
export function writeFrame(conn: EngineConnection, frame: Frame, encoding: Encoding): void {
  if (conn.transport.name !== 'websocket') {
    for (const packet of frame.toPackets(encoding)) conn.write(packet, { compress: false });
    return;
  }
  const wire = frame.toWire(encoding);
  const webSocket = webSocketOf(conn);
  const isIdle = conn.transport.writable && (conn as unknown as Inner).writeBuffer.length === 0;
  if (isIdle && webSocket?.readyState === OPEN && webSocket._sender?.sendFrame) webSocket._sender.sendFrame(wire);
  else conn.write('', preEncoded(wire));
}

function webSocketOf(conn: EngineConnection): InnerWebSocket | undefined {
  return conn.transport.name === 'websocket' ? (conn as unknown as Inner).transport.socket : undefined;
}

/** Engine.IO passes frames made beforehand through as they are. */
function preEncoded(wsPreEncodedFrame: Buffer[]): { compress: boolean; wsPreEncodedFrame: Buffer[] } {
  return { compress: false, wsPreEncodedFrame };
}

export function tcpOf(conn: EngineConnection): import('node:stream').Duplex | undefined {
  return (webSocketOf(conn) as unknown as { _socket?: import('node:stream').Duplex } | undefined)?._socket;
}
