import { asyncApi, type Channel } from '../socket/asyncapi.ts';
import { type Block, code, heading, table, text } from './blocks.ts';

interface JsonSchema {
  type?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
}

const DEPTH_MAX = 4;

const EXAMPLE = `import { io } from 'socket.io-client';

const socket = io('http://127.0.0.1:8080/market', { auth: { apiKey: process.env.KEY } });
socket.on('connect', async () => {
  const { results } = await socket.emitWithAck('subscribe', { rooms: ['tick:600519.SH', 'bar:600519.SH:1m'] });
  console.log(results);
});
socket.on('messages', (frame) => frame.forEach((message) => console.log(message)));`;

/** The AsyncAPI document to read: what goes over sockets, and over the bus inside the fleet. */
export function socketGuide(): Block[] {
  const { info, channels } = asyncApi();
  const { market, ...bus } = channels;
  return [
    heading(1, 'Sockets and events'),
    text(
      `Made from the AsyncAPI document, version ${info.version}: [/asyncapi.json](/asyncapi.json). Clients connect with`,
      'Socket.IO 4 to the namespace `/market`, with `auth: { apiKey }`, `{ token }` or `{ ticket }`. How the messages',
      'follow on each other, and whole clients in JavaScript and Python: docs/realtime.md of the repository.',
    ),
    code('js', EXAMPLE),
    ...channelBlocks('Socket.IO: /market', market),
    heading(2, 'Inside the fleet'),
    text('These topics are not for clients; they are here for those who write services.'),
    ...Object.entries(bus).flatMap(([name, channel]) => channelBlocks(name, channel)),
  ];
}

function channelBlocks(title: string, { description, messages }: Channel): Block[] {
  return [
    heading(2, title),
    text(description),
    ...Object.values(messages).flatMap(({ name, summary, payload, examples = [] }) => [
      heading(3, name),
      ...(summary === undefined ? [] : [text(summary)]),
      table(['field', 'type', 'always', 'what'], fieldsOf(payload as JsonSchema)),
      ...examples.flatMap((example) => [
        text(`Example "${example.name}". ${example.summary}:`),
        code('json', JSON.stringify(example.payload, undefined, 2)),
      ]),
    ]),
  ];
}

function fieldsOf(schema: JsonSchema, prefix = '', depth = 0): string[][] {
  if (depth === DEPTH_MAX) return [];
  if (schema.items) return fieldsOf(schema.items, `${prefix}[]`, depth + 1);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const isThere = schema.required?.includes(name) ? 'yes' : 'no';
    return [[`\`${path}\``, typeOf(field), isThere, field.description ?? ''], ...fieldsOf(field, path, depth + 1)];
  });
}

function typeOf({ type, enum: values, const: value, format, items }: JsonSchema): string {
  if (value !== undefined) return `\`${JSON.stringify(value)}\``;
  if (values) return values.map((one) => `\`${JSON.stringify(one)}\``).join(', ');
  if (items) return `list of ${items.type ?? 'any'}`;
  return format ? `${type} (${format})` : (type ?? 'any');
}
