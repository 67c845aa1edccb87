import { realtimeApi } from '@quotefleet/contracts';
import { mount } from '@quotefleet/service-kit';
import { json, Router } from 'express';
import type { Notices } from '../notices/notices.ts';
import { type OperationRoutesContext, operationRoutes } from '../operation/operation-routes.ts';
import type { UserRooms } from '../user-rooms/user-rooms.ts';

const NOTICE_MAX = '4kb';
/** What clients are sent is no larger than what they may send. */
const USER_MESSAGE_MAX = '64kb';

export interface RoutesContext extends OperationRoutesContext {
  notices: Notices;
  userRooms: UserRooms;
}

export function realtimeRoutes(context: RoutesContext): Router {
  const { notices, userRooms } = context;
  const router = Router();
  mount(
    router,
    realtimeApi.broadcastNotice,
    ({ body }) => {
      notices.send(body.message);
      return { sent: true } as const;
    },
    json({ limit: NOTICE_MAX }),
  );
  mount(
    router,
    realtimeApi.sendToUser,
    ({ params, body }) => {
      userRooms.send(params.subject, body);
      return { sent: true } as const;
    },
    json({ limit: USER_MESSAGE_MAX }),
  );
  router.use(operationRoutes(context));
  return router;
}
