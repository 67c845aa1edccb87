import {
  MARKET_NAMESPACE,
  type ServerMessage,
  SOCKET_EVENTS,
  serverMessageSchema,
  subscribeReplySchema,
} from '@quotefleet/contracts';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { CliError } from '../cli-error.ts';
import { type CommonOptions, requireTarget } from '../config.ts';
import { complain, say } from '../output.ts';

export interface SubscribeOptions extends CommonOptions {
  count?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
const RETRY_MS = 1000;
const frameSchema = z.array(serverMessageSchema);

/** Prints the rooms' messages until `count` is reached or Ctrl-C is pressed; gives the exit code. */
export async function subscribe(
  rooms: readonly string[],
  options: SubscribeOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const { url, apiKey } = requireTarget(options, env);
  const socket = io(`${url}${MARKET_NAMESPACE}`, { auth: { apiKey }, timeout: CONNECT_TIMEOUT_MS });
  try {
    return await printMessages(socket, rooms, options.count ?? Number.POSITIVE_INFINITY);
  } finally {
    socket.disconnect();
  }
}

function printMessages(socket: Socket, rooms: readonly string[], count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let left = count;
    const print = (messages: readonly ServerMessage[]) => {
      for (const message of messages.slice(0, left)) say(JSON.stringify(message));
      left -= messages.length;
      if (left <= 0) resolve(0);
    };
    // Also after a reconnect: the rooms of a connection end with it.
    socket.on('connect', () => {
      joinRooms(socket, rooms, print).then((joined) => {
        if (joined === 0) resolve(1);
      }, reject);
    });
    socket.on(SOCKET_EVENTS.messages, (frame: unknown) => {
      const messages = frameSchema.safeParse(frame);
      if (messages.success) print(messages.data);
      else complain('a frame of another shape was passed over');
    });
    socket.on('disconnect', (reason) => {
      // Where the server ended it for good it said why in a message before.
      if (!socket.active && left > 0) reject(new CliError('the fleet ended the connection'));
      else if (left > 0) complain(`disconnected: ${reason}`);
    });
    socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
      // Socket.IO tries again by itself where nobody answered; an answer that says no is final but for this one.
      if (!socket.active && error.data?.code !== 'UNAVAILABLE') {
        reject(new CliError(`the fleet refused the connection: ${error.message}`));
        return;
      }
      complain(`cannot connect (${error.message}), trying again`);
      if (!socket.active) setTimeout(() => socket.connect(), RETRY_MS);
    });
    process.once('SIGINT', () => resolve(0));
    process.once('SIGTERM', () => resolve(0));
  });
}

/** Subscribes, prints snapshots and refusals, and tells how many rooms were accepted. */
async function joinRooms(
  socket: Socket,
  rooms: readonly string[],
  print: (messages: readonly ServerMessage[]) => void,
): Promise<number> {
  const answer: unknown = await socket.timeout(CONNECT_TIMEOUT_MS).emitWithAck(SOCKET_EVENTS.subscribe, { rooms });
  const reply = subscribeReplySchema.safeParse(answer);
  if (!reply.success) throw new CliError('the fleet gave an answer of another shape');
  if (reply.data.error) throw new CliError(`the fleet refused the rooms: ${reply.data.error.message}`);
  for (const { requested, accepted, reason } of reply.data.results) {
    if (!accepted) complain(`${requested} was refused: ${reason ?? 'no reason given'}`);
  }
  print(reply.data.results.flatMap(({ snapshot }) => snapshot ?? []));
  return reply.data.results.filter(({ accepted }) => accepted).length;
}
