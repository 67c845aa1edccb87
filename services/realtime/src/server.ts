import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthRevokedPayload } from '@quotefleet/contracts';
import { createApp, type ListeningServer, listen, type RunningService, startService } from '@quotefleet/service-kit';
import type { Server } from 'socket.io';
import type { RealtimeConfig } from './config.ts';
import { createContext, type RealtimeContext, type RealtimeOverrides } from './context.ts';
import { startMarketFeed } from './feed/market-feed.ts';
import { realtimeRoutes } from './routes/index.ts';

/** How often rooms that nobody is in are looked for. */
const SWEEP_MS = 5000;
/** How often connections are held against the ends of their credentials. */
const EXPIRY_CHECK_MS = 1000;
/** A node that cannot read the last minute in this time begins with what it has. */
const CATCH_UP_MAX_MS = 15_000;
/** How long clients may take to leave after they were told that the node stops. */
const DRAIN_MAX_MS = 1200;
/** Clients of a stopping node are asked to come back spread over this time, many over so much more as nodes take to let them in. */
const RETURN_SPREAD_MS = 2000;

/** Starts a realtime node: reads the bus, serves `/market`; ready when it is resolved. */
export function createRealtimeService(
  config: RealtimeConfig,
  overrides: RealtimeOverrides = {},
): Promise<RunningService> {
  return startService(async (closers) => {
    const context = await createContext(config, overrides, closers);
    const { logger, metrics, health, hub, rooms, io, door, market } = context;
    const app = createApp({ logger, metrics, health, routes: realtimeRoutes(context) });
    const listening = await listen(app, { ...config, expectsCrowds: true });
    const upgraded = upgradedOf(listening);
    io.attach(listening.server);
    door.guard(io);
    closers.add('server', () => closeServer(io, listening, upgraded));
    const timers = [
      setInterval(() => {
        rooms.delay.release();
        hub.flush();
      }, config.flushIntervalMs),
      setInterval(() => hub.rooms.sweep(), SWEEP_MS),
      setInterval(() => market.checkExpiries(), EXPIRY_CHECK_MS),
    ];
    closers.add('timers', async () => {
      for (const timer of timers) clearInterval(timer);
    });
    const feed = await startMarketFeed({ ...context, ...rooms, onRevoked: (revoked) => revoke(context, revoked) });
    closers.add('feed', () => feed.close());
    // First of all: what comes from now on reaches clients by the nodes that they go to.
    closers.add('connections', () => sendAway(context, config.admission.admissionsPerSecond));
    await Promise.race([feed.caughtUp, sleep(CATCH_UP_MAX_MS, undefined, { ref: false })]);
    door.open();
    return { name: 'realtime', url: listening.url, health, logger };
  });
}

/** The sockets that became WebSockets: closing the HTTP server waits for them but cannot end them. */
function upgradedOf({ server }: ListeningServer): ReadonlySet<Duplex> {
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (_request, socket) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
  });
  return upgraded;
}

function revoke({ authenticator, market }: RealtimeContext, revoked: AuthRevokedPayload): void {
  if (authenticator.forget(revoked)) market.revoke(revoked.id);
}

/** Tells every client that the node stops and when to come back, and lets them go. */
async function sendAway({ hub, market, door }: RealtimeContext, admissionsPerSecond: number): Promise<void> {
  const spreadMs = Math.max(RETURN_SPREAD_MS, (market.connections.size / admissionsPerSecond) * 1000);
  door.close('this node stops: connect again');
  hub.flush();
  market.sendAway(spreadMs);
  const deadline = performance.now() + DRAIN_MAX_MS;
  while (market.hasAnybody && performance.now() < deadline) await sleep(20);
}

async function closeServer(io: Server, listening: ListeningServer, upgraded: ReadonlySet<Duplex>): Promise<void> {
  for (const socket of upgraded) socket.destroy();
  await Promise.all([listening.close(), io.close()]);
}
