import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MARKET_NAMESPACE, SOCKET_EVENTS } from '@quotefleet/contracts';
import { type WebSocket, WebSocketServer } from 'ws';
import { readWork } from './push-server.ts';
import { grantAll, startMessages } from './yardstick.ts';

/**
 * The yardstick of `push`: a bare `ws` server that sends all it has to everybody, one frame a flush, encoded once. It
 * knows just enough of Socket.IO's handshake for the same clients to connect, so that the bytes are the same.
 */
const work = readWork();
const clients = new Set<WebSocket>();
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const NO_PING = { pingInterval: 3_600_000, pingTimeout: 3_600_000, upgrades: [], maxPayload: 1e6 };
const CALL = `42${MARKET_NAMESPACE},`;

sockets.on('connection', (socket) => {
  socket.send(`0${JSON.stringify({ sid: randomUUID(), ...NO_PING })}`);
  socket.on('message', (data) => answer(socket, String(data)));
  socket.on('close', () => clients.delete(socket));
});

function answer(socket: WebSocket, packet: string): void {
  if (packet.startsWith('40')) socket.send(`40${MARKET_NAMESPACE},{"sid":"${randomUUID()}"}`);
  if (!packet.startsWith(CALL)) return;
  const start = packet.indexOf('[');
  const [, { rooms }] = JSON.parse(packet.slice(start)) as [string, { rooms: string[] }];
  socket.send(`43${MARKET_NAMESPACE},${packet.slice(CALL.length, start)}${JSON.stringify([grantAll(rooms)])}`);
  clients.add(socket);
}

let pending: string[] = [];
startMessages(work, (message) => pending.push(JSON.stringify(message)));
setInterval(() => {
  if (pending.length === 0) return;
  const frame = Buffer.from(`42${MARKET_NAMESPACE},["${SOCKET_EVENTS.messages}",[${pending.join(',')}]]`);
  pending = [];
  for (const client of clients) client.send(frame, { binary: false });
}, work.flushMs);

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
