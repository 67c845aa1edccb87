import type { RealtimeRoom } from '@quotefleet/contracts';
import { toShanghaiIso } from '@quotefleet/service-kit';
import { z } from 'zod';

/** A room as one node has it; times in ms since the epoch. */
export const nodeRoomSchema = z.object({
  room: z.string(),
  members: z.int(),
  createdAt: z.number(),
  messages: z.int(),
  lastMessageAt: z.number().optional(),
  idleSince: z.number().optional(),
});
export type NodeRoom = z.infer<typeof nodeRoomSchema>;

/** The rooms of all nodes, each once. Every node gets the same updates, so that they are not added up. */
export function mergeRooms(lists: readonly NodeRoom[][]): RealtimeRoom[] {
  return [...Map.groupBy(lists.flat(), ({ room }) => room)].map(([room, parts]) => {
    const members = parts.reduce((total, part) => total + part.members, 0);
    const lastMessageAt = latest(parts.map((part) => part.lastMessageAt));
    const idleSince = members === 0 ? latest(parts.map((part) => part.idleSince)) : undefined;
    return {
      ...{ room, members, nodes: parts.length },
      createdAt: toIso(Math.min(...parts.map((part) => part.createdAt))),
      messages: Math.max(...parts.map((part) => part.messages)),
      ...(lastMessageAt === undefined ? {} : { lastMessageAt: toIso(lastMessageAt) }),
      ...(idleSince === undefined ? {} : { idleSince: toIso(idleSince) }),
    };
  });
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function toIso(ms: number): string {
  return toShanghaiIso(new Date(ms));
}
