import { expect, it } from '@jest/globals';
import { mergeRooms } from './merge-rooms.ts';

it('has each room once: members added up, messages of the node with the most, idle where it is idle everywhere', () => {
  const part = (room: string, members: number, more: object = {}) => ({
    ...{ room, members, createdAt: 2000, messages: 5, ...more },
  });
  const merged = mergeRooms([
    [part('a', 2, { createdAt: 1000, lastMessageAt: 3000 }), part('b', 0, { idleSince: 4000 })],
    [part('a', 0, { messages: 7, idleSince: 9000 }), part('b', 0, { idleSince: 5000 })],
    [part('c', 1)],
  ]);
  const at = (second: number) => `1970-01-01T08:00:0${second}.000+08:00`;
  expect(merged).toEqual([
    { room: 'a', members: 2, nodes: 2, createdAt: at(1), messages: 7, lastMessageAt: at(3) },
    { room: 'b', members: 0, nodes: 2, createdAt: at(2), messages: 5, idleSince: at(5) },
    { room: 'c', members: 1, nodes: 1, createdAt: at(2), messages: 5 },
  ]);
});
