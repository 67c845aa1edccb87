import { type RealtimeConnection, type RealtimeNode, realtimeApi } from '@quotefleet/contracts';
import { notFound, toShanghaiIso } from '@quotefleet/service-kit';
import { z } from 'zod';
import type { Admission } from '../admission/admission.ts';
import type { Connection } from '../connections/connection.ts';
import type { MarketNamespace } from '../market-namespace/market-namespace.ts';
import type { Answers, Nodes } from '../nodes/nodes.ts';
import type { Peer } from '../nodes/roster.ts';
import type { RoomHub } from '../rooms/room-hub.ts';
import { mergeRooms, type NodeRoom, nodeRoomSchema } from './merge-rooms.ts';

const TOPICS = { stats: 'stats', rooms: 'rooms', connection: 'connection', kick: 'kick' } as const;
const KICKED = { code: 'KICKED', message: 'an operator ended this connection' } as const;

/** Answers of other nodes are read as anything from outside: they may be of another version. */
const nodeSchema = realtimeApi.getRealtimeStats.data.shape.nodes.element;
const wantedSchema = z.object({ id: z.string() });
const kickedSchema = z.object({ node: z.string(), subject: z.string() });

export interface OperationContext {
  nodes: Nodes;
  hub: RoomHub;
  market: MarketNamespace;
  admission: Admission;
  instanceId: string;
  host: string;
}

/** What operators see of all nodes, and do to connections on any of them. */
export class Operation {
  readonly #context: OperationContext;
  readonly #startedAt = toIso(Date.now());

  constructor(context: OperationContext) {
    this.#context = context;
    const { nodes } = context;
    nodes.on(TOPICS.stats, () => this.#ownStats());
    nodes.on(TOPICS.rooms, () => this.#ownRooms());
    nodes.on(TOPICS.connection, (body) => this.#ownConnection(body));
    nodes.on(TOPICS.kick, (body) => this.#kickOwn(body));
  }

  async stats() {
    const { answers, missing } = await this.#context.nodes.ask(TOPICS.stats, {});
    const nodes = answers.map(({ body }) => nodeSchema.parse(body));
    const sum = (pick: (node: RealtimeNode) => number) => nodes.reduce((total, node) => total + pick(node), 0);
    const total = {
      connections: sum(({ connections }) => connections),
      subscriptions: sum(({ subscriptions }) => subscriptions),
      queuedBytes: sum(({ queuedBytes }) => queuedBytes),
      behind: sum(({ behind }) => behind),
    };
    return { nodes, total, missing: viewMissing(missing) };
  }

  async rooms() {
    const { answers, missing } = await this.#context.nodes.ask(TOPICS.rooms, {});
    const lists = answers.map(({ body }) => z.array(nodeRoomSchema).parse(body));
    return { rooms: mergeRooms(lists), missing: viewMissing(missing) };
  }

  /** @throws AppError NOT_FOUND, naming the nodes that could not be asked */
  async connection(id: string): Promise<RealtimeConnection> {
    const answers = await this.#context.nodes.ask(TOPICS.connection, { id });
    return realtimeApi.getRealtimeConnection.data.parse(this.#find(id, answers));
  }

  /**
   * Tells a connection that it was kicked, and ends it; gives whose it was.
   * @throws AppError NOT_FOUND, naming the nodes that could not be asked
   */
  async kick(id: string): Promise<z.infer<typeof kickedSchema>> {
    const answers = await this.#context.nodes.ask(TOPICS.kick, { id });
    return kickedSchema.parse(this.#find(id, answers));
  }

  #find(id: string, { answers, missing }: Answers): unknown {
    const found = answers.find(({ body }) => body !== undefined);
    if (found) return found.body;
    const unasked = missing.map(({ node, host }) => `${node} on ${host}`).join(', ');
    throw notFound(`no connection ${id}${unasked === '' ? '' : ` at the nodes that answered; silent: ${unasked}`}`);
  }

  #ownStats(): RealtimeNode {
    const { instanceId, host, hub, market, admission } = this.#context;
    let connections = 0;
    let subscriptions = 0;
    let behind = 0;
    for (const connection of market.connections) {
      // It was told to go, and is in no room any more.
      if (connection.isClosing) continue;
      connections += 1;
      subscriptions += connection.rooms.size;
      if (connection.isBehind) behind += 1;
    }
    return {
      ...{ node: instanceId, host, startedAt: this.#startedAt },
      ...{ connections, users: admission.users, rooms: hub.rooms.activeCount },
      ...{ subscriptions, queuedBytes: hub.queueSize, behind, lagMs: hub.lagMs },
    };
  }

  #ownRooms(): NodeRoom[] {
    return [...this.#context.hub.rooms.values()].map(
      ({ room, members, createdAt, messages, lastMessageAt, idleSince }) => ({
        ...{ room: room.name, members, createdAt, messages },
        ...(lastMessageAt === undefined ? {} : { lastMessageAt }),
        ...(idleSince === undefined ? {} : { idleSince }),
      }),
    );
  }

  #ownConnection(body: unknown): RealtimeConnection | undefined {
    const connection = this.#own(body);
    if (!connection) return undefined;
    const { id, identity, address, transport, encoding, connectedAt, rooms, queueSize } = connection;
    const { subject, client, role, expiresAt } = identity;
    return {
      ...{ id, node: this.#context.instanceId, subject, client, role, address, transport, encoding },
      connectedAt: toIso(connectedAt),
      ...(expiresAt === undefined ? {} : { expiresAt: toIso(expiresAt) }),
      ...{ rooms: [...rooms.keys()], queuedBytes: queueSize },
      oldestMs: Math.round(connection.oldestAge(performance.now())),
    };
  }

  #kickOwn(body: unknown): z.infer<typeof kickedSchema> | undefined {
    const connection = this.#own(body);
    if (!connection) return undefined;
    const { subject } = connection.identity;
    this.#context.hub.close(connection, KICKED, { mayReturn: false });
    return { node: this.#context.instanceId, subject };
  }

  #own(body: unknown): Connection | undefined {
    const wanted = wantedSchema.safeParse(body);
    if (!wanted.success) return undefined;
    for (const connection of this.#context.market.connections)
      if (connection.id === wanted.data.id && !connection.isClosing) return connection;
    return undefined;
  }
}

export function viewMissing(missing: readonly Peer[]) {
  return missing.map(({ node, host, lastHeardAt }) => ({ node, host, lastHeardAt: toIso(lastHeardAt) }));
}

function toIso(ms: number): string {
  return toShanghaiIso(new Date(ms));
}
