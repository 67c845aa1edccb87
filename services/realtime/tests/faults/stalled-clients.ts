import { once } from 'node:events';
import { MARKET_NAMESPACE, SOCKET_EVENTS } from '@quotefleet/contracts';
import { WebSocket } from 'ws';

const AT_ONCE = 40;
const SIGN_IN = `40${MARKET_NAMESPACE},{"apiKey":"stalled"}`;

function subscribePacket(rooms: readonly string[]): string {
  return `42${MARKET_NAMESPACE},0${JSON.stringify([SOCKET_EVENTS.subscribe, { rooms }])}`;
}

/** Opens so many clients, some at a time, that subscribe and then read nothing any more. Resolves with what ends them. */
export async function openStalled(
  url: string,
  count: number,
  roomsOf: (index: number) => readonly string[],
): Promise<() => void> {
  const sockets: WebSocket[] = [];
  const indexes = Array.from({ length: count }, (_, index) => index).values();
  const worker = async () => {
    for (const index of indexes) {
      // Most by polling: who does not ask is stalled at once, while the system takes megabytes for who does not read.
      if (index % 10 > 0) await stallByPolling(url, roomsOf(index));
      else sockets.push(await stallByWebSocket(url, roomsOf(index)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return () => {
    for (const socket of sockets) socket.terminate();
  };
}

async function stallByPolling(url: string, rooms: readonly string[]): Promise<void> {
  const poll = `${url}/socket.io/?EIO=4&transport=polling`;
  const opened = await (await fetch(poll)).text();
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
  for (const packet of [SIGN_IN, subscribePacket(rooms)]) {
    await (await fetch(`${poll}&sid=${sid}`, { method: 'POST', body: packet })).text();
    const answer = await (await fetch(`${poll}&sid=${sid}`)).text();
    if (!answer.startsWith('4')) throw new Error(`a stalled client was not let in: ${answer.slice(0, 100)}`);
  }
}

async function stallByWebSocket(url: string, rooms: readonly string[]): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  socket.on('error', () => socket.terminate());
  await once(socket, 'message');
  for (const packet of [SIGN_IN, subscribePacket(rooms)]) {
    socket.send(packet);
    await once(socket, 'message');
  }
  socket.pause();
  return socket;
}
