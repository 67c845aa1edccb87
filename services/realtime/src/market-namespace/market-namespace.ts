import type { Access, FollowedPolicy } from '@quotefleet/access';
import { MARKET_NAMESPACE, SOCKET_EVENTS, type SystemPayload } from '@quotefleet/contracts';
import type { Logger } from '@quotefleet/service-kit';
import type { Namespace, Server, Socket } from 'socket.io';
import { Connection, type SocketData, systemMessage } from '../connections/connection.ts';
import type { RoomHub } from '../rooms/room-hub.ts';
import { parseRoom } from '../rooms/room-name.ts';
import { objectionTo } from '../rooms/room-terms.ts';
import { Expiries } from '../sign-in/expiries.ts';
import { RecentRevocations } from '../sign-in/recent-revocations.ts';
import { Refresh } from '../sign-in/refresh.ts';
import { type SignInContext, signIn } from '../sign-in/sign-in.ts';
import { CALLS_WAITING_MAX, CallQueue, Pace } from './call-limits.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Events of one connection in a second, whatever they are called. */
const EVENTS_PER_SECOND_MAX = 200;
const TOO_MANY_CALLS: SystemPayload = {
  code: 'TOO_MANY_CALLS',
  message: `more than ${CALLS_WAITING_MAX} calls at once, or ${EVENTS_PER_SECOND_MAX} in a second: wait for each answer`,
};

const REVOKED: SystemPayload = { code: 'REVOKED', message: 'the key or user of this connection lost its rights' };

export interface MarketNamespaceContext extends SignInContext {
  io: Server;
  hub: RoomHub;
  subscriptions: Subscriptions;
  policy: Pick<FollowedPolicy, 'current'>;
  logger: Logger;
}

type CallHandler<Reply> = (connection: Connection, request: unknown, reply: (reply: Reply) => void) => Promise<void>;

/** The live connections of the namespace `/market`. */
export class MarketNamespace {
  readonly namespace: Namespace;
  readonly #context: MarketNamespaceContext;
  readonly #connections = new Set<Connection>();
  readonly #expiries: Expiries;
  readonly #refresh: Refresh;
  readonly #revocations = new RecentRevocations();
  readonly #signInsStartedAt = new WeakMap<Socket, number>();
  #signingIn = 0;
  /** Over how long those who are sent away are to come back; undefined while the node takes people in. */
  #returnSpreadMs: number | undefined;

  constructor(context: MarketNamespaceContext) {
    this.#context = context;
    const { hub } = context;
    this.#expiries = new Expiries({
      tell: (connection, payload) => hub.tell(connection, systemMessage(payload, 0)),
      end: (connection, payload) => hub.close(connection, payload, { mayReturn: false }),
    });
    const changed = (connection: Connection) => this.#reconsider(connection);
    this.#refresh = new Refresh({ ...context, revocations: this.#revocations, changed });
    this.namespace = context.io.of(MARKET_NAMESPACE);
    const admit = signIn(context);
    this.namespace.use(async (socket, next) => {
      this.#signingIn += 1;
      this.#signInsStartedAt.set(socket, performance.now());
      await admit(socket, next).finally(() => {
        this.#signingIn -= 1;
      });
    });
    this.namespace.on('connection', (socket) => this.#welcome(socket));
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /** Whether somebody is here, or about to come in. */
  get hasAnybody(): boolean {
    return this.#connections.size > 0 || this.#signingIn > 0;
  }

  /** Tells everybody that the node stops and when to come back, and lets them go; those who come in from now on, too. */
  sendAway(returnSpreadMs: number): void {
    this.#returnSpreadMs = returnSpreadMs;
    for (const connection of this.#connections) this.#sendAwayOne(connection, returnSpreadMs);
  }

  /** Ends the connections that an API key, a user or a session made. */
  revoke(id: string): void {
    this.#revocations.note(id);
    for (const connection of this.#connections) {
      const { client, subject, session } = connection.identity;
      if (client !== id && subject !== id && session !== id) continue;
      this.#context.hub.close(connection, REVOKED, { mayReturn: false });
    }
  }

  /** Ends the connections that are in a room as the policy does not allow it any more. They may come back. */
  enforce(access: Access): void {
    for (const connection of this.#connections) this.#enforceOne(connection, access);
  }

  /** Tells those whose credentials are about to expire, and ends those whose credentials have. */
  checkExpiries(): void {
    this.#expiries.check();
  }

  /** A connection has another identity now. */
  #reconsider(connection: Connection): void {
    this.#expiries.watch(connection);
    this.#enforceOne(connection, this.#context.policy.current());
  }

  #enforceOne(connection: Connection, access: Access): void {
    const message = objection(access, connection);
    if (message !== undefined) this.#context.hub.close(connection, { code: 'REVOKED', message }, { mayReturn: true });
  }

  #sendAwayOne(connection: Connection, spreadMs: number): void {
    const retryAfterMs = Math.round(Math.random() * spreadMs);
    const message = 'this node stops: connect again';
    this.#context.hub.close(connection, { code: 'SERVER_STOPPING', message, retryAfterMs }, { mayReturn: true });
  }

  #welcome(socket: Socket): void {
    const { hub, subscriptions, events } = this.#context;
    const connection = new Connection(socket, socket.data as SocketData);
    this.#connections.add(connection);
    this.#expiries.watch(connection);
    hub.add(connection);
    const endFlood = () => hub.close(connection, TOO_MANY_CALLS, { mayReturn: false });
    const calls = new CallQueue(endFlood);
    const pace = new Pace(EVENTS_PER_SECOND_MAX);
    socket.onAny(() => {
      if (!pace.keeps()) endFlood();
    });
    const serve =
      <Reply>(handler: CallHandler<Reply>) =>
      (...sent: unknown[]) =>
        calls.run(async () => {
          if (connection.isClosing) return;
          // The acknowledgement is asked for behind whatever else there is.
          const reply = sent.at(-1);
          const [request] = typeof reply === 'function' ? sent.slice(0, -1) : sent;
          try {
            await handler(
              connection,
              request,
              typeof reply === 'function' ? (reply as (reply: Reply) => void) : ignoreReply,
            );
          } catch (error) {
            this.#context.logger.error({ err: error }, 'a call failed');
            socket.disconnect(true);
          }
        });
    socket.on(
      SOCKET_EVENTS.subscribe,
      serve((...call) => subscriptions.subscribe(...call)),
    );
    socket.on(
      SOCKET_EVENTS.unsubscribe,
      serve((...call) => subscriptions.unsubscribe(...call)),
    );
    socket.on(
      SOCKET_EVENTS.refresh,
      serve(async (...call) => {
        // As with subscriptions: who does not read is not answered.
        if (await subscriptions.settle(connection)) await this.#refresh.serve(...call);
      }),
    );
    socket.on('disconnect', () => {
      this.#connections.delete(connection);
      this.#expiries.forget(connection);
      if (!connection.isClosing) events.left();
      hub.remove(connection);
    });
    if (this.#returnSpreadMs !== undefined) this.#sendAwayOne(connection, this.#returnSpreadMs);
    // What was revoked while it signed in; who comes back with what is good now is let in.
    else if (this.#revocations.hit(connection.identity, this.#signInsStartedAt.get(socket) ?? 0))
      hub.close(connection, REVOKED, { mayReturn: true });
  }
}

/** Why a connection may not stay as it is; undefined where it may. */
function objection(access: Access, { identity, rooms }: Connection): string | undefined {
  for (const [name, { terms }] of rooms) {
    const reason = objectionTo(access, identity.role, parseRoom(name), terms);
    if (reason !== undefined) return reason;
  }
  const { maxRooms } = access.rowsOf(identity.role);
  if (rooms.size > maxRooms)
    return `the role ${identity.role} may hold ${maxRooms} rooms now, and these are ${rooms.size}`;
  return undefined;
}

function ignoreReply(): void {
  // The client did not ask for an acknowledgement.
}
