import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MARKET_NAMESPACE, SOCKET_EVENTS } from '@quotefleet/contracts';
import { Server } from 'socket.io';
import { readWork } from './push-server.ts';
import { grantAll, startMessages } from './yardstick.ts';

/** A yardstick of `push`: Socket.IO as its guide shows it, an emit to the room for every tick. */
const work = readWork();
const server = createServer();
const io = new Server(server);
const market = io.of(MARKET_NAMESPACE);

market.on('connection', (socket) => {
  socket.on(SOCKET_EVENTS.subscribe, ({ rooms }: { rooms: string[] }, reply: (answer: object) => void) => {
    void socket.join(rooms);
    reply(grantAll(rooms));
  });
});
startMessages(work, (message) => market.to(message.room).emit(SOCKET_EVENTS.messages, [message]));

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
