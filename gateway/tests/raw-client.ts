import { connect, type Socket } from 'node:net';

/** A connection that says exactly what a test wants said. */
export interface RawClient {
  socket: Socket;
  /** All that came back so far. */
  received(): string;
  /** Resolves when the other side has closed. */
  closed: Promise<void>;
}

export async function rawClient(url: string, text = ''): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    received += chunk;
  });
  // A reset is one of the ways to be closed.
  socket.on('error', () => socket.destroy());
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => void socket.once('connect', resolve));
  socket.write(text);
  return { socket, received: () => received, closed };
}

export const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
