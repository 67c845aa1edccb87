import { describe, expect, it } from '@jest/globals';
import { SOCKET_MESSAGES } from './asyncapi.ts';
import { SOCKET_EXAMPLES } from './examples.ts';

describe('worked examples of the socket', () => {
  it.each(SOCKET_EXAMPLES.map(({ message, name, payload }) => [message, name, payload] as const))(
    '%s "%s" is what its schema says',
    (message, _name, payload) => {
      expect(SOCKET_MESSAGES[message]?.schema.safeParse(payload)).toMatchObject({ success: true });
    },
  );

  it('hold payloads that are what their type says', () => {
    const schemaOf = (type: string) => SOCKET_MESSAGES[type === 'index' ? 'tick' : type]?.schema;
    const frames = SOCKET_EXAMPLES.filter(({ message }) => message === 'messages');
    const messages = frames.flatMap(({ payload }) => payload as { type: string; payload: unknown }[]);
    expect(messages.length).toBeGreaterThan(8);
    for (const { type, payload } of messages)
      expect(schemaOf(type)?.safeParse(payload)).toMatchObject({ success: true });
  });
});
