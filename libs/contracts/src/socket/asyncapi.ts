import { z } from 'zod';
import { auditEvent, authRevokedEvent, cacheInvalidateEvent, policyChangedEvent } from '../events/control.ts';
import {
  barEvent,
  barSchema,
  instrumentEvent,
  tickEvent,
  tickSchema,
  tradeEvent,
  tradeSchema,
} from '../events/market.ts';
import { TOPICS, type Topic } from '../events/topics.ts';
import { SOCKET_EXAMPLES } from './examples.ts';
import { handshakeSchema, refreshReplySchema, refreshRequestSchema } from './handshake.ts';
import {
  boardSchema,
  deltaSchema,
  depthSchema,
  gapPayloadSchema,
  heartbeatSchema,
  moversSchema,
  serverMessageSchema,
  systemPayloadSchema,
  userPayloadSchema,
} from './messages.ts';
import { MARKET_NAMESPACE, SOCKET_EVENTS } from './protocol.ts';
import { subscribeReplySchema, subscribeRequestSchema, unsubscribeRequestSchema } from './subscribe.ts';

export interface Message {
  schema: z.ZodType;
  summary?: string;
}

const BUS_MESSAGES: Readonly<Record<Topic, z.ZodType>> = {
  [TOPICS.ticks]: tickEvent,
  [TOPICS.trades]: tradeEvent,
  [TOPICS.bars]: barEvent,
  [TOPICS.instruments]: instrumentEvent,
  [TOPICS.cacheInvalidate]: cacheInvalidateEvent,
  [TOPICS.authRevoked]: authRevokedEvent,
  [TOPICS.authPolicy]: policyChangedEvent,
  [TOPICS.audit]: auditEvent,
};

const SUBSCRIBE_REPLY = 'subscribeReply';
const REFRESH_REPLY = 'refreshReply';
/** What goes over the namespace, by its name in the document. */
export const SOCKET_MESSAGES: Readonly<Record<string, Message>> = {
  handshake: { schema: handshakeSchema, summary: 'From the client: `auth` of the Socket.IO handshake' },
  [SOCKET_EVENTS.subscribe]: { schema: subscribeRequestSchema, summary: 'From the client: rooms to hear' },
  [SOCKET_EVENTS.unsubscribe]: { schema: unsubscribeRequestSchema, summary: 'From the client: rooms to leave' },
  [SUBSCRIBE_REPLY]: { schema: subscribeReplySchema, summary: 'The acknowledgement of both: a result for each room' },
  [SOCKET_EVENTS.refresh]: { schema: refreshRequestSchema, summary: 'From the client: the next access token' },
  [REFRESH_REPLY]: { schema: refreshReplySchema, summary: 'The acknowledgement of `refresh`' },
  [SOCKET_EVENTS.messages]: {
    schema: z.array(serverMessageSchema),
    summary: 'From the server: all since the last flush. What `payload` holds goes by `type`:',
  },
  tick: { schema: tickSchema, summary: 'Payload of `tick` and `index`' },
  trade: { schema: tradeSchema, summary: 'Payload of `trade`' },
  bar: { schema: barSchema, summary: 'Payload of `bar`' },
  depth: { schema: depthSchema, summary: 'Payload of `depth`: the whole book' },
  delta: { schema: deltaSchema, summary: 'Payload of `delta`: what changed of the book since `prevSeq`' },
  board: { schema: boardSchema, summary: 'Payload of `board`' },
  movers: { schema: moversSchema, summary: 'Payload of `movers`' },
  user: { schema: userPayloadSchema, summary: 'Payload of `user`: from services of the fleet to one user' },
  gap: { schema: gapPayloadSchema, summary: 'Payload of `gap`: messages that this connection does not get' },
  heartbeat: { schema: heartbeatSchema, summary: 'Payload of `heartbeat`: how far behind the connection is' },
  system: { schema: systemPayloadSchema, summary: 'Payload of `system`' },
};

const MARKET = 'market';
const channelRef = (channel: string) => ({ $ref: `#/channels/${channel}` });
const messageRef = (channel: string, message: string) => ({ $ref: `#/channels/${channel}/messages/${message}` });

/** A bus topic or a Socket.IO namespace, as the document has it. */
export interface Channel {
  address: string;
  description: string;
  messages: Record<string, ChannelMessage>;
}

interface ChannelMessage {
  name: string;
  summary?: string;
  contentType: string;
  payload: object;
  examples?: { name: string; summary: string; payload: unknown }[];
}

function channel(address: string, messages: Readonly<Record<string, Message>>, description: string): Channel {
  return {
    address,
    description,
    messages: Object.fromEntries(
      Object.entries(messages).map(([name, { schema, summary }]) => [name, message(name, schema, summary)]),
    ),
  };
}

function message(name: string, schema: z.ZodType, summary: string | undefined): ChannelMessage {
  const examples = SOCKET_EXAMPLES.filter((example) => example.message === name).map(
    ({ message: _of, ...rest }) => rest,
  );
  return {
    name,
    ...(summary === undefined ? {} : { summary }),
    contentType: 'application/json',
    payload: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
    ...(examples.length === 0 ? {} : { examples }),
  };
}

/** What the gateway's side of the sockets does. */
function operations() {
  const ask = (name: string, reply = SUBSCRIBE_REPLY) => ({
    action: 'receive',
    channel: channelRef(MARKET),
    messages: [messageRef(MARKET, name)],
    reply: { channel: channelRef(MARKET), messages: [messageRef(MARKET, reply)] },
  });
  return {
    subscribe: ask(SOCKET_EVENTS.subscribe),
    unsubscribe: ask(SOCKET_EVENTS.unsubscribe),
    refresh: ask(SOCKET_EVENTS.refresh, REFRESH_REPLY),
    messages: {
      action: 'send',
      channel: channelRef(MARKET),
      messages: [messageRef(MARKET, SOCKET_EVENTS.messages)],
    },
  };
}

/** The AsyncAPI 3.0 document: the bus topics inside the fleet and the Socket.IO namespace outside. */
export function asyncApi() {
  const bus = Object.entries(BUS_MESSAGES).map(([topic, schema]) => [
    topic,
    channel(topic, { [topic]: { schema } }, 'Bus topic; at least once, in order per key'),
  ]);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Quotefleet events', version: '1.0.0' },
    defaultContentType: 'application/json',
    channels: {
      ...(Object.fromEntries(bus) as Record<Topic, Channel>),
      [MARKET]: channel(
        MARKET_NAMESPACE,
        SOCKET_MESSAGES,
        'Socket.IO namespace on the gateway; one `messages` frame per flush',
      ),
    },
    operations: operations(),
  };
}
