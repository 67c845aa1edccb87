import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encode } from '@msgpack/msgpack';
import { MARKET_NAMESPACE, type ServerMessage, SOCKET_EVENTS } from '@quotefleet/contracts';
import { Server } from 'socket.io';

const TICK_EVERY_MS = 20;

/** How a fake server misbehaves. */
export interface Faults {
  /** Leaves this sequence number out, for everybody. */
  skip?: number;
  /** Sends this one twice. */
  repeat?: number;
  /** The first so many attempts are refused. */
  refuse?: number;
  /** Calls to subscribe are answered with this error. */
  refuseCalls?: string;
  /** Connections beyond so many get nothing but the snapshot. */
  serve?: number;
}

export interface FakeMarket {
  url: string;
  close(): Promise<void>;
}

/** The namespace /market by default Socket.IO: a tick to each room every 20 ms, with a snapshot at the beginning. */
export async function startFakeMarket({
  skip,
  repeat,
  refuse = 0,
  refuseCalls,
  serve = Infinity,
}: Faults = {}): Promise<FakeMarket> {
  const server = createServer();
  const io = new Server(server);
  const market = io.of(MARKET_NAMESPACE);
  const listeners: { room: string; send: (message: ServerMessage) => void }[] = [];
  let [attempts, served, seq] = [0, 0, 0];
  const message = (room: string): ServerMessage => ({
    ...{ type: 'tick', room, payload: {}, traceId: 't', epoch: 'e', seq, ts: Date.now() },
    ...(seq > 1 ? { prevSeq: seq - 1 } : {}),
  });
  market.use((_socket, next) => {
    attempts += 1;
    const refusal = Object.assign(new Error('too many'), { data: { code: 'RATE_LIMITED', retryAfterMs: 50 } });
    next(attempts <= refuse ? refusal : undefined);
  });
  market.on('connection', (socket) => {
    served += 1;
    const isServed = served <= serve;
    const { encoding } = socket.handshake.auth as { encoding?: string };
    const send = (messages: ServerMessage[]) =>
      socket.emit(SOCKET_EVENTS.messages, encoding === 'msgpack' ? Buffer.from(encode(messages)) : messages);
    socket.on(SOCKET_EVENTS.subscribe, (request: { rooms: (string | { room: string })[] }, reply) => {
      if (refuseCalls !== undefined) {
        reply({ results: [], error: { code: refuseCalls, message: 'no' } });
        return;
      }
      const asked = request.rooms.map((room) => (typeof room === 'string' ? room : room.room));
      const results = asked.map((room) => {
        const accepted = !room.includes('unknown');
        if (!accepted) return { requested: room, accepted, code: 'NOT_FOUND', reason: 'no such symbol' };
        if (isServed) listeners.push({ room, send: (one) => send([one]) });
        const { prevSeq: _prevSeq, ...snapshot } = message(room);
        return { requested: room, room, accepted, mode: 'raw', snapshot };
      });
      reply({ results });
    });
  });
  const timer = setInterval(() => {
    seq += 1;
    if (seq === skip) return;
    for (const { room, send } of listeners) {
      send(message(room));
      if (seq === repeat) send(message(room));
    }
  }, TICK_EVERY_MS);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      clearInterval(timer);
      await io.close();
    },
  };
}
