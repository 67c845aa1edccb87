import { describe, expect, it } from '@jest/globals';
import type { Nodes } from '../nodes/nodes.ts';
import type { RoomHub } from '../rooms/room-hub.ts';
import { parseRoom } from '../rooms/room-name.ts';
import type { Update } from '../rooms/room-source.ts';
import { ownRoom } from './own-room.ts';
import { UserRooms } from './user-rooms.ts';

describe('UserRooms', () => {
  function setUp() {
    const published: Update[] = [];
    const present = new Set<string>();
    let handle: ((body: unknown) => unknown) | undefined;
    const nodes = {
      on: (_topic: string, handler: (body: unknown) => unknown) => {
        handle = handler;
      },
      tell: (_topic: string, body: unknown) => handle?.(body),
    } as unknown as Nodes;
    const hub = {
      rooms: { get: (name: string) => (present.has(name) ? {} : undefined) },
      publish: (update: Update) => published.push(update),
    } as unknown as RoomHub;
    const rooms = new UserRooms({ nodes, hub, instanceId: 'node' });
    const send = (subject: string) => rooms.send(subject, { kind: 'alert', data: {} });
    return { rooms, send, present, published, hear: (body: unknown) => handle?.(body) };
  }

  it('chains what each user is sent, and counts up also where a room was dropped in between', () => {
    const { rooms, send, present, published } = setUp();
    for (const subject of ['anna', 'ben']) present.add(`user:${subject}`);
    for (const subject of ['anna', 'ben', 'anna']) send(subject);
    rooms.dropped({ kind: 'user', name: 'user:anna' });
    send('anna');
    const of = (name: string) =>
      published.filter(({ room }) => room.name === name).map(({ seq, prevSeq }) => [seq, prevSeq]);
    expect(of('user:anna')).toEqual([
      [1, undefined],
      [3, 1],
      [4, undefined],
    ]);
    expect(of('user:ben')).toEqual([[2, undefined]]);
  });

  it('makes nothing for users that nobody listens for, nor of what is no message', () => {
    const { send, present, published, hear } = setUp();
    send('anna');
    present.add('user:anna');
    hear({ subject: 'anna', traceId: 't', payload: { kind: 'Not A Kind', data: {} } });
    hear('nonsense');
    expect(published).toEqual([]);
  });
});

describe('ownRoom', () => {
  it('is that of the caller, however it is named, and of nobody else', () => {
    expect(ownRoom(parseRoom('user'), 'anna').name).toBe('user:anna');
    expect(ownRoom(parseRoom('user:anna'), 'anna').name).toBe('user:anna');
    expect(() => ownRoom(parseRoom('user:ben'), 'anna')).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    expect(ownRoom(parseRoom('system'), 'anna').name).toBe('system');
  });
});
