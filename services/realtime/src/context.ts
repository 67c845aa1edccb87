import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type FollowedPolicy, followPolicy } from '@quotefleet/access';
import { MARKET_NAMESPACE } from '@quotefleet/contracts';
import { createKafkaBus, type EventBus } from '@quotefleet/messaging';
import {
  type Authenticator,
  type Closers,
  createAddressTest,
  createAuthenticator,
  createHttpClient,
  createLogger,
  createMetrics,
  Health,
  type Logger,
  type Metrics,
} from '@quotefleet/service-kit';
import { Server } from 'socket.io';
import { createRedisAdapter } from './adapter/redis-adapter.ts';
import { Admission } from './admission/admission.ts';
import { Door } from './admission/door.ts';
import { type Elsewhere, NO_OTHER_NODES } from './admission/elsewhere.ts';
import { RedisCounts } from './admission/redis-counts.ts';
import { createSocketAudit } from './audit/socket-audit.ts';
import { composeRooms, type Rooms } from './compose-rooms.ts';
import type { RealtimeConfig } from './config.ts';
import { RealtimeEvents } from './events.ts';
import { MarketNamespace } from './market-namespace/market-namespace.ts';
import { Subscriptions } from './market-namespace/subscriptions.ts';
import { Nodes } from './nodes/nodes.ts';
import { Notices } from './notices/notices.ts';
import { Operation } from './operation/operation.ts';
import { RoomHub } from './rooms/room-hub.ts';
import { UserRooms } from './user-rooms/user-rooms.ts';

const MARKET_DATA_TIMEOUT_MS = 3000;
const PROBE_TIMEOUT_MS = 1500;
/** A subscribe call of 500 rooms takes 35 kB; nothing a client may send is larger. */
const CLIENT_MESSAGE_BYTES_MAX = 64 * 1024;
const NAMESPACE_TIMEOUT_MS = 10_000;

export interface RealtimeOverrides {
  /** Stays open when the service stops. */
  bus?: EventBus;
  logger?: Logger;
  authenticator?: Authenticator;
  /** Stays open when the service stops; that of auth where absent. */
  policy?: Pick<FollowedPolicy, 'current'>;
}

/** Everything the service is made of. */
export interface RealtimeContext {
  instanceId: string;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  bus: EventBus;
  io: Server;
  hub: RoomHub;
  rooms: Rooms;
  events: RealtimeEvents;
  market: MarketNamespace;
  notices: Notices;
  userRooms: UserRooms;
  operation: Operation;
  door: Door;
  nodes: Nodes;
  authenticator: Authenticator;
}

export async function createContext(
  config: RealtimeConfig,
  overrides: RealtimeOverrides,
  closers: Closers,
): Promise<RealtimeContext> {
  const instanceId = randomUUID().slice(0, 8);
  const logger = overrides.logger ?? createLogger({ service: 'realtime', level: config.logLevel });
  const metrics = createMetrics('realtime');
  const bus = overrides.bus ?? createKafkaBus({ brokers: config.kafkaBrokers, clientId: `realtime-${instanceId}` });
  if (!overrides.bus) closers.add('bus', () => bus.close());
  const events = new RealtimeEvents(logger, metrics, createSocketAudit({ bus, logger, metrics }, closers));
  let enforce = (): void => undefined;
  const policy = overrides.policy ?? (await follow({ config, bus, logger, instanceId, closers }, () => enforce()));
  const authenticator =
    overrides.authenticator ?? createAuthenticator(config.authUrl, { onRevoked: ({ id }) => market.revoke(id) });
  closers.add('authenticator', () => authenticator.close());
  const marketData = createHttpClient({ baseUrl: config.marketDataUrl, timeoutMs: MARKET_DATA_TIMEOUT_MS });
  closers.add('market-data client', () => marketData.close());

  const io = createSocketServer(config, events, closers);
  const hub = new RoomHub(events);
  const host = hostname();
  const nodes = new Nodes({
    namespace: io.of(MARKET_NAMESPACE),
    node: instanceId,
    host,
    isAlone: config.redisUrl === undefined,
  });
  closers.add('nodes', async () => nodes.close());
  const notices = new Notices({ nodes, hub, instanceId });
  const userRooms = new UserRooms({ nodes, hub, instanceId });
  const composed = { hub, marketData, events, instanceId, replayEvents: config.replayEvents, notices, userRooms };
  const rooms = composeRooms(composed, closers);
  const subscriptions = new Subscriptions({ hub, sources: rooms.sources, policy, events });
  const admission = new Admission(
    config.admission,
    createAddressTest(config.trustedProxies),
    countElsewhere({ config, instanceId, nodes, events, closers }),
  );
  const door = new Door({ ...config, admission, events });
  const addressOf = door.addressOf.bind(door);
  const signIn = { authenticator, admission, events, addressOf };
  const market = new MarketNamespace({ ...signIn, io, hub, subscriptions, policy, logger });
  const operation = new Operation({ nodes, hub, market, admission, instanceId, host });
  enforce = () => market.enforce(policy.current());
  measure(metrics, market, hub);
  const health = new Health();
  health.addCheck('bus', () => bus.check());
  if (!overrides.authenticator) health.addCheck('auth', () => probe(config.authUrl));
  return {
    instanceId,
    logger,
    metrics,
    health,
    bus,
    io,
    hub,
    rooms,
    events,
    market,
    notices,
    userRooms,
    operation,
    door,
    nodes,
    authenticator,
  };
}

interface PolicySource {
  config: RealtimeConfig;
  bus: EventBus;
  logger: Logger;
  instanceId: string;
  closers: Closers;
}

async function follow({ config, instanceId, closers, ...how }: PolicySource, changed: () => void) {
  const group = `realtime-policy-${instanceId}`;
  const policy = await followPolicy({ ...how, authUrl: config.authUrl, group, changed });
  closers.add('access policy', () => policy.close());
  return policy;
}

function createSocketServer(config: RealtimeConfig, events: RealtimeEvents, closers: Closers): Server {
  const redis = config.redisUrl
    ? createRedisAdapter({ url: config.redisUrl, channel: config.channel, events })
    : undefined;
  if (redis) closers.add('Redis adapter', redis.close);
  const io = new Server({
    serveClient: false,
    maxHttpBufferSize: CLIENT_MESSAGE_BYTES_MAX,
    connectTimeout: NAMESPACE_TIMEOUT_MS,
    ...(redis ? { adapter: redis.adapter } : {}),
  });
  io.use((_socket, next) => next(new Error('nothing is served here, connect to the namespace /market')));
  return io;
}

interface Counting {
  config: RealtimeConfig;
  instanceId: string;
  nodes: Nodes;
  events: RealtimeEvents;
  closers: Closers;
}

function countElsewhere({ config, instanceId, nodes, events, closers }: Counting): Elsewhere {
  const { redisUrl: url, channel } = config;
  if (url === undefined) return NO_OTHER_NODES;
  const counts = new RedisCounts({ url, channel, node: instanceId, peers: () => nodes.peers(), events });
  closers.add('counts of connections', () => counts.close());
  return counts;
}

function measure(metrics: Metrics, market: MarketNamespace, hub: RoomHub): void {
  metrics.readGauge('socketio_connections', 'Live connections', () => market.connections.size);
  metrics.readGauge('socketio_rooms_active', 'Rooms with subscribers', () => hub.rooms.activeCount);
  metrics.readGauge('socketio_queue_bytes', 'What waits for clients that do not read', () => hub.queueSize);
}

async function probe(url: string): Promise<void> {
  const response = await fetch(new URL('/health/live', url), { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}
