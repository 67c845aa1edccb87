import { z } from 'zod';
import { auditEvent, authRevokedEvent, cacheInvalidateEvent, policyChangedEvent } from '../events/control.ts';
import { barEvent, barSchema, instrumentEvent, tickEvent, tickSchema } from '../events/market.ts';
import { TOPICS, type Topic } from '../events/topics.ts';
import {
  depthSchema,
  gapPayloadSchema,
  MARKET_NAMESPACE,
  SOCKET_EVENTS,
  serverMessageSchema,
  subscribeReplySchema,
  subscribeRequestSchema,
  systemPayloadSchema,
} from './protocol.ts';

interface Message {
  schema: z.ZodType;
  summary?: string;
}

const BUS_MESSAGES: Readonly<Record<Topic, z.ZodType>> = {
  [TOPICS.ticks]: tickEvent,
  [TOPICS.bars]: barEvent,
  [TOPICS.instruments]: instrumentEvent,
  [TOPICS.cacheInvalidate]: cacheInvalidateEvent,
  [TOPICS.authRevoked]: authRevokedEvent,
  [TOPICS.authPolicy]: policyChangedEvent,
  [TOPICS.audit]: auditEvent,
};

const SUBSCRIBE_REPLY = 'subscribeReply';
const SOCKET_MESSAGES: Readonly<Record<string, Message>> = {
  [SOCKET_EVENTS.subscribe]: { schema: subscribeRequestSchema, summary: 'From the client: rooms to hear' },
  [SOCKET_EVENTS.unsubscribe]: { schema: subscribeRequestSchema, summary: 'From the client: rooms to leave' },
  [SUBSCRIBE_REPLY]: { schema: subscribeReplySchema, summary: 'The acknowledgement of both: a result for each room' },
  [SOCKET_EVENTS.messages]: {
    schema: z.array(serverMessageSchema),
    summary: 'From the server: all since the last flush. What `payload` holds goes by `type`:',
  },
  tick: { schema: tickSchema, summary: 'Payload of `tick` and `index`' },
  bar: { schema: barSchema, summary: 'Payload of `bar`' },
  depth: { schema: depthSchema, summary: 'Payload of `depth`' },
  gap: { schema: gapPayloadSchema, summary: 'Payload of `gap`: messages that this node does not have' },
  system: { schema: systemPayloadSchema, summary: 'Payload of `system`' },
};

const MARKET = 'market';
const channelRef = (channel: string) => ({ $ref: `#/channels/${channel}` });
const messageRef = (channel: string, message: string) => ({ $ref: `#/channels/${channel}/messages/${message}` });

/** A bus topic or a Socket.IO namespace, as the document has it. */
export interface Channel {
  address: string;
  description: string;
  messages: Record<string, { name: string; summary?: string; contentType: string; payload: object }>;
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

function message(name: string, schema: z.ZodType, summary: string | undefined) {
  return {
    name,
    ...(summary === undefined ? {} : { summary }),
    contentType: 'application/json',
    payload: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  };
}

/** What the gateway's side of the sockets does. */
function operations() {
  const ask = (name: string) => ({
    action: 'receive',
    channel: channelRef(MARKET),
    messages: [messageRef(MARKET, name)],
    reply: { channel: channelRef(MARKET), messages: [messageRef(MARKET, SUBSCRIBE_REPLY)] },
  });
  return {
    subscribe: ask(SOCKET_EVENTS.subscribe),
    unsubscribe: ask(SOCKET_EVENTS.unsubscribe),
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
