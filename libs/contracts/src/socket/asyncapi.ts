import { z } from 'zod';
import { auditEvent, authRevokedEvent, cacheInvalidateEvent } from '../events/control.ts';
import { barEvent, instrumentEvent, tickEvent } from '../events/market.ts';
import { TOPICS } from '../events/topics.ts';
import {
  MARKET_NAMESPACE,
  SOCKET_EVENTS,
  serverMessageSchema,
  subscribeReplySchema,
  subscribeRequestSchema,
} from './protocol.ts';

const BUS_MESSAGES = {
  [TOPICS.ticks]: tickEvent,
  [TOPICS.bars]: barEvent,
  [TOPICS.instruments]: instrumentEvent,
  [TOPICS.cacheInvalidate]: cacheInvalidateEvent,
  [TOPICS.authRevoked]: authRevokedEvent,
  [TOPICS.audit]: auditEvent,
} as const;

const SOCKET_MESSAGES = {
  [SOCKET_EVENTS.subscribe]: z.object({ request: subscribeRequestSchema, acknowledgement: subscribeReplySchema }),
  [SOCKET_EVENTS.unsubscribe]: z.object({ request: subscribeRequestSchema, acknowledgement: subscribeReplySchema }),
  [SOCKET_EVENTS.messages]: z.array(serverMessageSchema),
} as const;

function message(name: string, schema: z.ZodType) {
  return {
    name,
    contentType: 'application/json',
    payload: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  };
}

function channel(address: string, messages: Record<string, z.ZodType>, description: string) {
  return {
    address,
    description,
    messages: Object.fromEntries(Object.entries(messages).map(([name, schema]) => [name, message(name, schema)])),
  };
}

/** The AsyncAPI 3.0 document: the bus topics inside the fleet and the Socket.IO namespace outside. */
export function asyncApi() {
  const bus = Object.entries(BUS_MESSAGES).map(([topic, schema]) => [
    topic,
    channel(topic, { [topic]: schema }, 'Bus topic; at least once, in order per key'),
  ]);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Quotefleet events', version: '1.0.0' },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(bus),
      market: channel(
        MARKET_NAMESPACE,
        SOCKET_MESSAGES,
        'Socket.IO namespace on the gateway; one `messages` frame per flush',
      ),
    },
  };
}
