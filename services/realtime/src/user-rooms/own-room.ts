import { type Room, RoomError } from '../rooms/room-name.ts';

/** The room of a user as clients name it: each its own. */
const OWN = 'user';

export function userRoomName(subject: string): string {
  return `${OWN}:${subject}`;
}

/**
 * The room that a client means: `user` is that of its own user.
 * @throws RoomError for the room of another user
 */
export function ownRoom(room: Room, subject: string): Room {
  if (room.kind !== 'user') return room;
  const name = userRoomName(subject);
  if (room.name !== OWN && room.name !== name)
    throw new RoomError('FORBIDDEN', `${room.name} is of another user: expected user, which is your own`);
  return { kind: 'user', name };
}
