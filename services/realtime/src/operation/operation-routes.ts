import { type RealtimeRoom, realtimeApi } from '@quotefleet/contracts';
import { identityOf, mount } from '@quotefleet/service-kit';
import { json, Router } from 'express';
import type { RealtimeEvents } from '../events.ts';
import type { Notices } from '../notices/notices.ts';
import { type Operation, viewMissing } from './operation.ts';

const BODY_MAX = '4kb';

export interface OperationRoutesContext {
  operation: Operation;
  notices: Notices;
  events: RealtimeEvents;
}

export function operationRoutes({ operation, notices, events }: OperationRoutesContext): Router {
  const router = Router();
  mount(router, realtimeApi.getRealtimeStats, () => operation.stats());
  mount(router, realtimeApi.listRealtimeRooms, async ({ query: { sort, prefix, limit, offset } }) => {
    const { rooms, missing } = await operation.rooms();
    const found = rooms.filter(({ room }) => prefix === undefined || room.startsWith(prefix)).sort(ORDERS[sort]);
    return { rooms: found.slice(offset, offset + limit), total: found.length, missing };
  });
  mount(router, realtimeApi.getRealtimeConnection, ({ params }) => operation.connection(params.id));
  mount(router, realtimeApi.endRealtimeConnection, async ({ params: { id }, request }) => {
    const by = identityOf(request);
    const { node, subject } = await operation.kick(id);
    events.kicked({ by, id, subject });
    return { id, node, ended: true as const };
  });
  mount(
    router,
    realtimeApi.broadcastSystem,
    async ({ body }) => {
      const { answers, missing } = await notices.broadcast(body.message);
      return { nodes: answers.map(({ node }) => node), missing: viewMissing(missing) };
    },
    json({ limit: BODY_MAX }),
  );
  return router;
}

type Order = (one: RealtimeRoom, other: RealtimeRoom) => number;

const byName: Order = (one, other) => (one.room < other.room ? -1 : 1);
const ORDERS: Readonly<Record<(typeof realtimeApi.ROOM_ORDERS)[number], Order>> = {
  name: byName,
  members: (one, other) => other.members - one.members || byName(one, other),
  messages: (one, other) => other.messages - one.messages || byName(one, other),
};
